"""The sandbox's checkout. Included only where the sandbox takes the payments."""

from django.urls import path

from marketplace.payments.sandbox import views

app_name = "payments_sandbox"

urlpatterns = [
    path("checkout/<str:session_id>/", views.checkout, name="checkout"),
    path("checkout/<str:session_id>/bank/", views.bank, name="bank"),
]
