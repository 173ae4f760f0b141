"""The review queue."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from marketplace.accounts.access import moderator_required
from marketplace.core.htmx import HtmxHttpRequest
from moderation.queue import QueueList, QueueTab, queue_list
from moderation.tabs import tabs_of


@require_safe
@moderator_required
def queue(request: HtmxHttpRequest) -> HttpResponse:
    """The cases of one tab, the longest waiting first."""
    asked = request.GET.get("tab", "")
    tab = QueueTab(asked) if asked in QueueTab.values else QueueTab.NEW
    listed = queue_list(tab=tab, page=request.GET.get("page", 1), now=timezone.now())
    context = {"section": "queue", "list": listed, "tabs": tabs_for(listed)}
    return render(request, "moderation/queue.html", context)


def tabs_for(listed: QueueList) -> list[dict[str, Any]]:
    """The queue's tabs."""
    return tabs_of(listed.tab, address="moderation:queue", counts=listed.counts)
