"""Addresses of the storefront, in the order of a visit."""

from django.urls import path

from marketplace.storefront.views import (
    availability,
    booking,
    bookings,
    checkout,
    contact,
    home,
    notifications,
    pages,
    preferences,
    profile,
    search,
    venue,
)

app_name = "storefront"

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("venues/<slug:slug>/", venue.venue_page, name="venue"),
    path("venues/<slug:slug>/availability/", availability.availability, name="venue_availability"),
    path("venues/<slug:slug>/quote/", availability.quote, name="venue_quote"),
    path("venues/<slug:slug>/book/", booking.book, name="book"),
    path("bookings/", bookings.bookings, name="bookings"),
    path("bookings/<str:reference>/", bookings.booking_page, name="booking"),
    path("bookings/<str:reference>/checkout/", checkout.checkout, name="checkout"),
    path("bookings/<str:reference>/return/", checkout.checkout_return, name="checkout_return"),
    path("bookings/<str:reference>/cancel/", bookings.booking_cancel, name="booking_cancel"),
    path(
        "bookings/<str:reference>/calendar.ics",
        bookings.booking_calendar,
        name="booking_calendar",
    ),
    path("bookings/<str:reference>/receipt/", bookings.receipt, name="receipt"),
    path("profile/", profile.profile, name="profile"),
    path("profile/email/", profile.email, name="profile_email"),
    path("profile/email/code/", profile.email_code, name="profile_email_code"),
    path("profile/email/remove/", profile.email_remove, name="profile_email_remove"),
    path("profile/activity/", profile.activity, name="activity"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/read/", notifications.notifications_read, name="notifications_read"),
    path("notifications/<uuid:pk>/", notifications.notification, name="notification"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("help/", pages.help_page, name="help"),
    path("contact/", contact.contact, name="contact"),
    path("contact/sent/", contact.contact_sent, name="contact_sent"),
    path("terms/", pages.terms, name="terms"),
    path("privacy/", pages.privacy, name="privacy"),
    path("offer/", pages.offer, name="offer"),
    path("site.webmanifest", pages.manifest, name="manifest"),
    path("robots.txt", pages.robots, name="robots"),
    path("sitemap.xml", pages.sitemap, name="sitemap"),
]
