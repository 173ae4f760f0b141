"""Every address of the site, by room; `config.health` answers its own."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, register_converter

from config import media

register_converter(media.PhotoPath, "photo")

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("accounts/", include("marketplace.accounts.urls")),
    path("owner/", include("owners.urls")),
    path("moderation/", include("moderation.urls")),
    path("payments/", include("marketplace.payments.urls")),
    path("", include("marketplace.storefront.urls")),
]

if settings.SANDBOX_OUTBOX:
    urlpatterns += [path("sandbox/", include("marketplace.notifications.urls"))]
if settings.PAYMENTS_SANDBOX:
    urlpatterns += [path("sandbox/", include("marketplace.payments.sandbox.urls"))]
if settings.STYLE_GUIDE:
    urlpatterns += [path("styleguide/", include("marketplace.styleguide.urls"))]
if not settings.MEDIA_BUCKET:
    urlpatterns += [path("media/<photo:path>", media.serve_media, name="media")]

handler400 = "marketplace.storefront.views.errors.bad_request"
handler403 = "marketplace.storefront.views.errors.forbidden"
handler404 = "marketplace.storefront.views.errors.not_found"
handler500 = "marketplace.storefront.views.errors.server_error"
