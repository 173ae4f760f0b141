"""Where the provider tells that something changed."""

from __future__ import annotations

import logging
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from marketplace.payments.gateway import BadEvent
from marketplace.payments.services import receive_event

logger = logging.getLogger("joytop.payments")

# An event of Stripe's is a few kilobytes.
LARGEST_EVENT: Final = 256 * 1024


@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """Keeps a signed event and answers 200, at once: the worker does the rest.

    400 where the signature is missing, wrong or old, or it is no event; 413 above 256 KiB. What
    was sent is not logged.
    """
    body = request.read(LARGEST_EVENT + 1)
    if len(body) > LARGEST_EVENT:
        return HttpResponse(status=413)
    signature = request.headers.get("Stripe-Signature", "")
    try:
        receive_event(body=body, signature=signature, now=timezone.now())
    except BadEvent as refusal:
        logger.warning("webhook refused: %s", refusal)
        return HttpResponse(status=400)
    return HttpResponse(status=200)
