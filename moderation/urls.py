"""Addresses of the moderators' face."""

from django.urls import path

from moderation.views import case, decisions, enquiries, listings, queue

app_name = "moderation"

urlpatterns = [
    path("", queue.queue, name="queue"),
    path("cases/<int:pk>/", case.case_page, name="case"),
    path("cases/<int:pk>/claim/", case.claim, name="claim"),
    path("cases/<int:pk>/release/", case.release, name="release"),
    path("cases/<int:pk>/approve/", decisions.approve, name="approve"),
    path("cases/<int:pk>/request-changes/", decisions.request_changes, name="request_changes"),
    path("cases/<int:pk>/reject/", decisions.reject, name="reject"),
    path("listings/", listings.listings, name="listings"),
    path("listings/<int:pk>/suspend/", listings.suspend, name="suspend"),
    path("listings/<int:pk>/reinstate/", listings.reinstate, name="reinstate"),
    path("enquiries/", enquiries.enquiries, name="enquiries"),
    path("enquiries/<int:pk>/", enquiries.enquiry, name="enquiry"),
    path("enquiries/<int:pk>/answer/", enquiries.answer, name="answer"),
]
