"""Addresses of the storefront, in the order of a visit."""

from django.urls import path

from marketplace.storefront.views import contact, home, notifications, pages, profile, search, venue

app_name = "storefront"

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("venues/<slug:slug>/", venue.venue_page, name="venue"),
    path("profile/", profile.profile, name="profile"),
    path("profile/email/", profile.email, name="profile_email"),
    path("profile/email/code/", profile.email_code, name="profile_email_code"),
    path("profile/email/remove/", profile.email_remove, name="profile_email_remove"),
    path("profile/activity/", profile.activity, name="activity"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/read/", notifications.notifications_read, name="notifications_read"),
    path("notifications/<uuid:pk>/", notifications.notification, name="notification"),
    path("help/", pages.help_page, name="help"),
    path("contact/", contact.contact, name="contact"),
    path("contact/sent/", contact.contact_sent, name="contact_sent"),
    path("terms/", pages.terms, name="terms"),
    path("privacy/", pages.privacy, name="privacy"),
    path("offer/", pages.offer, name="offer"),
    path("robots.txt", pages.robots, name="robots"),
    path("sitemap.xml", pages.sitemap, name="sitemap"),
]
