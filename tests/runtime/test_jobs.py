"""The queue's housekeeping."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from asgiref.sync import async_to_sync
from django.db import connection

from exigible.runtime import jobs
from exigible.runtime.health import health


def add_worker(age: str) -> int:
    return one(
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval) RETURNING id", age
    )


def add_running_job(worker: int) -> int:
    query = """INSERT INTO procrastinate_jobs (queue_name, task_name, priority, status, worker_id)
               VALUES ('default', 'runtime.resume_jobs', 0, 'doing', %s) RETURNING id"""
    return one(query, worker)


def one(query: str, *values: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return int(cursor.fetchone()[0])


def status(job: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job])
        return str(cursor.fetchone()[0])


def run(job: Callable[..., Awaitable[None]]) -> None:
    """Run a periodic job in a thread of its own: Playwright keeps an event loop in the test's thread."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(async_to_sync(job), timestamp=0).result()


@pytest.mark.django_db(transaction=True)
def test_a_job_of_a_killed_worker_is_done_again_and_one_of_a_living_worker_is_not() -> None:
    lost, living = add_running_job(add_worker("10 minutes")), add_running_job(add_worker("5 seconds"))
    run(jobs.resume_jobs.func)
    assert (status(lost), status(living)) == ("todo", "doing")


@pytest.mark.django_db(transaction=True)
def test_old_jobs_that_ended_well_are_forgotten() -> None:
    run(jobs.forget_jobs.func)


@pytest.mark.django_db
def test_health_needs_a_worker_that_gave_a_sign_of_life() -> None:
    add_worker("10 minutes")
    assert health()["status"] == "degraded"
    add_worker("5 seconds")
    report = health()
    assert report["status"] == "ok"
    assert report["worker"]["alive"] == 1
