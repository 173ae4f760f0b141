"""Every address of the site, by room."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from config import health, media

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("accounts/", include("marketplace.accounts.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("owner/", include("owners.urls")),
    path("moderation/", include("moderation.urls")),
    path("", include("marketplace.storefront.urls")),
]

if settings.SANDBOX_OUTBOX:
    urlpatterns += [path("sandbox/", include("marketplace.notifications.urls"))]
if not settings.MEDIA_BUCKET:
    urlpatterns += [path("media/<path:path>", media.serve_media, name="media")]

handler400 = "marketplace.storefront.views.errors.bad_request"
handler403 = "marketplace.storefront.views.errors.forbidden"
handler404 = "marketplace.storefront.views.errors.not_found"
handler500 = "marketplace.storefront.views.errors.server_error"
