"""The sandbox's own pages. Included only where nothing real is sent."""

from django.urls import path

from . import views

app_name = "sandbox"

urlpatterns = [
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<int:pk>/", views.message, name="message"),
    path("outbox/<int:pk>/html/", views.html_part, name="html_part"),
    path("outbox/<int:pk>/files/<int:attachment_id>/", views.attachment, name="attachment"),
]
