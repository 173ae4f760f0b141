"""The addresses of allauth that this site uses, under allauth's own names: no passwords."""

from allauth.account import views as allauth_views
from django.urls import path
from django.views.generic import RedirectView

from marketplace.accounts import views

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("signup/", views.signup, name="account_signup"),
    path("login/", views.login, name="account_login"),
    # allauth sends visitors without a code in question to this name.
    path("login/", views.login, name="account_request_login_code"),
    path("login/code/", views.confirm_login_code, name="account_confirm_login_code"),
    path("phone/verify/", views.verify_phone, name="account_verify_phone"),
    path("phone/change/", views.change_phone, name="account_change_phone"),
    path("logout/", allauth_views.logout, name="account_logout"),
    path("inactive/", allauth_views.account_inactive, name="account_inactive"),
]
