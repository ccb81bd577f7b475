"""/healthz: whether the site can do its work, for whoever watches it."""

from __future__ import annotations

import time
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

HEARTBEAT_SECONDS = 10
SILENT_AFTER_SECONDS = 60

WORKERS = """
    SELECT count(*) FILTER (WHERE age < %(silent)s), min(age)
    FROM (SELECT extract(epoch FROM now() - last_heartbeat) AS age FROM procrastinate_workers) AS worker
"""
QUEUE = """
    SELECT count(*) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()),
           count(*) FILTER (WHERE status = 'doing'),
           count(*) FILTER (WHERE status = 'failed')
    FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed')
"""


@never_cache
@login_not_required
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 when the database answers and a worker lives, else 503; tells nothing about anyone's data."""
    report = health()
    return JsonResponse(report, status=200 if report["status"] == "ok" else 503)


def health() -> dict[str, Any]:
    """The state of the database, of the workers (seconds since the last sign of life) and of the queue."""
    started = time.perf_counter()
    try:
        alive, age = _row(WORKERS)
        waiting, running, failed = _row(QUEUE)
    except DatabaseError:
        return {"status": "down", "database": {"ok": False}}
    return {
        "status": "ok" if alive else "degraded",
        "database": {"ok": True, "milliseconds": round((time.perf_counter() - started) * 1000, 1)},
        "worker": {"ok": bool(alive), "alive": alive, "heartbeat_seconds": None if age is None else int(age)},
        "queue": {"waiting": waiting, "running": running, "failed": failed},
    }


def _row(query: str) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"silent": SILENT_AFTER_SECONDS})
        return tuple(cursor.fetchone())
