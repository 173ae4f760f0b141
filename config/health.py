"""What a load balancer and an operator ask: is the process alive, can it do its work."""

from collections.abc import Callable
from typing import Final

from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_q.status import Stat


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def _migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _worker() -> bool:
    return bool(Stat.get_all())


def _cache() -> bool:
    cache.set("readyz", "kept", timeout=10)
    return bool(cache.get("readyz") == "kept")


_PARTS: dict[str, Callable[[], bool]] = {
    "database": _database,
    "migrations": _migrations,
    "worker": _worker,
    "cache": _cache,
}


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 as long as the process serves requests; asks nothing else."""
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when every part works, else 503; each part is named with "ok" or "failing"."""
    parts = {name: "ok" if _works(check) else "failing" for name, check in _PARTS.items()}
    ready = set(parts.values()) == {"ok"}
    status = "ready" if ready else "not ready"
    return JsonResponse({"status": status, **parts}, status=200 if ready else 503)


def _works(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:  # noqa: BLE001  (whatever is wrong with a part, the answer is "failing")
        return False


_ANSWERS: Final = {"/healthz": healthz, "/readyz": readyz}


class HealthMiddleware:
    """Answers both before the host is looked at: a probe calls the process by its address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return _ANSWERS.get(request.path, self.get_response)(request)
