"""The style guide's one page. Included only where the site is built or shown."""

from django.urls import path

from . import views

app_name = "styleguide"

urlpatterns = [path("", views.guide, name="guide")]
