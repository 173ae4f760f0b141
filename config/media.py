"""Pictures from the local folder, where no bucket is set.

Names carry the hash of what they hold, so a browser may keep them for good. With a bucket or a
file server in front this route is not used.
"""

from django.conf import settings
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.urls.converters import StringConverter
from django.views.decorators.http import require_safe
from django.views.static import serve


class PhotoPath(StringConverter):
    """Where photos are stored (`VenuePhoto.path_for`); nothing else is looked for."""

    regex = r"photos/[0-9a-f]{2}/[0-9a-f]{64}-[0-9]{1,5}\.webp"


@require_safe
def serve_media(request: HttpRequest, path: str) -> HttpResponseBase:
    """One stored picture, or 404."""
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    if isinstance(response, FileResponse):
        response["Cache-Control"] = "public, max-age=31536000, immutable"
        response["X-Content-Type-Options"] = "nosniff"
    return response
