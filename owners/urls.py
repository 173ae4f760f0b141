"""Addresses of the owners' face."""

from django.urls import path

from owners.views import (
    answers,
    blocks,
    bookings,
    earnings,
    life,
    listings,
    photos,
    sections,
    spaces,
)

app_name = "owners"

urlpatterns = [
    path("", listings.home, name="home"),
    path("start/", listings.start, name="start"),
    path("venues/", listings.venues, name="venues"),
    path("bookings/", bookings.bookings, name="bookings"),
    path("bookings/<str:reference>/", bookings.booking, name="booking"),
    path("bookings/<str:reference>/accept/", answers.accept, name="booking_accept"),
    path("bookings/<str:reference>/decline/", answers.decline, name="booking_decline"),
    path("bookings/<str:reference>/cancel/", answers.cancel, name="booking_cancel"),
    path("earnings/", earnings.earnings, name="earnings"),
    path("earnings/export/", earnings.export, name="earnings_export"),
    path("venues/<int:pk>/", listings.venue, name="venue"),
    path("venues/<int:pk>/calendar/", blocks.calendar, name="calendar"),
    path("venues/<int:pk>/calendar/blocks/add/", blocks.block_add, name="block_add"),
    path(
        "venues/<int:pk>/calendar/blocks/<int:block_id>/remove/",
        blocks.block_remove,
        name="block_remove",
    ),
    path("venues/<int:pk>/basics/", sections.basics, name="basics"),
    path("venues/<int:pk>/spaces/", spaces.spaces, name="spaces"),
    path("venues/<int:pk>/spaces/add/", spaces.space_add, name="space_add"),
    path("venues/<int:pk>/spaces/<int:space_id>/", spaces.space_edit, name="space_edit"),
    path("venues/<int:pk>/spaces/<int:space_id>/remove/", spaces.space_remove, name="space_remove"),
    path("venues/<int:pk>/hours/", sections.hours, name="hours"),
    path("venues/<int:pk>/photos/", photos.photos, name="photos"),
    path("venues/<int:pk>/photos/upload/", photos.photo_upload, name="photo_upload"),
    path("venues/<int:pk>/photos/<int:photo_id>/move/", photos.photo_move, name="photo_move"),
    path(
        "venues/<int:pk>/photos/<int:photo_id>/describe/",
        photos.photo_describe,
        name="photo_describe",
    ),
    path("venues/<int:pk>/photos/<int:photo_id>/remove/", photos.photo_remove, name="photo_remove"),
    path("venues/<int:pk>/terms/", sections.terms, name="terms"),
    path("venues/<int:pk>/submit/", life.submit, name="submit"),
    path("venues/<int:pk>/pause/", life.pause, name="pause"),
    path("venues/<int:pk>/resume/", life.resume, name="resume"),
    path("venues/<int:pk>/reopen/", life.reopen, name="reopen"),
    path("venues/<int:pk>/archive/", life.archive, name="archive"),
    path("venues/<int:pk>/edit/resubmit/", life.edit_resubmit, name="edit_resubmit"),
    path("venues/<int:pk>/edit/withdraw/", life.edit_withdraw, name="edit_withdraw"),
]
