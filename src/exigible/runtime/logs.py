"""Logs: lines for people, or JSON for machines with EXIGIBLE_LOG=json; always on standard error."""

from __future__ import annotations

import logging
import os
import secrets
import sys
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import structlog
from structlog.types import Processor

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]

QUIET = {
    "django.request": logging.CRITICAL,  # faults are logged with their reference, by `report_fault`
    "procrastinate": logging.WARNING,
    "procrastinate.utils": logging.CRITICAL,  # repeats what the worker says
    "psycopg.pool": logging.ERROR,
    "uvicorn": logging.WARNING,
    "fontTools": logging.WARNING,
    "pikepdf": logging.WARNING,
    "faker": logging.WARNING,
}


def configure(level: int = logging.INFO) -> None:
    """Send what we and the libraries log to standard error, in one form. EXIGIBLE_LOG_LEVEL overrides."""
    chosen = logging.getLevelNamesMapping().get(os.environ.get("EXIGIBLE_LOG_LEVEL", "").upper(), level)
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter())
    logging.basicConfig(level=chosen, handlers=[handler], force=True)
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(max(least, chosen))


def report_fault(error: BaseException, **where: Any) -> str:
    """Log a fault of ours with all that helps to find it; returns the reference to give to the person."""
    reference = secrets.token_hex(4)
    exc_info: ExcInfo = (type(error), error, error.__traceback__)
    structlog.get_logger("exigible").error("fault", reference=reference, exc_info=exc_info, **where)
    return reference


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _formatter() -> structlog.stdlib.ProcessorFormatter:
    as_json = os.environ.get("EXIGIBLE_LOG", "").lower() == "json"
    last: list[Processor]
    if as_json:
        last = [structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer()]
    else:
        plain = structlog.dev.plain_traceback
        last = [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_shared(), structlog.stdlib.ExtraAdder(), _without_noise],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )


def _without_noise(_logger: Any, _method: str, event: Mapping[str, Any]) -> dict[str, Any]:
    """Drop what Django attaches to its records: objects that say nothing in a line."""
    return {key: value for key, value in event.items() if key not in {"request", "server_time"}}
