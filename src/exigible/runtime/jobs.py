"""The queue's own housekeeping. Every job may run twice (a machine dies): each must do its work only once."""

from __future__ import annotations

from procrastinate.contrib.django import app

from exigible.runtime.health import SILENT_AFTER_SECONDS

KEEP_HOURS = 24 * 30


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="runtime-resume-jobs", name="runtime.resume_jobs")
async def resume_jobs(timestamp: int) -> None:  # noqa: ARG001  given to every periodic task
    """Take up again the jobs of a worker that has given no sign of life, so was killed."""
    stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_AFTER_SECONDS)
    for job in stalled:
        await app.job_manager.retry_job(job)


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="runtime-forget-jobs", name="runtime.forget_jobs")
async def forget_jobs(timestamp: int) -> None:  # noqa: ARG001
    """Forget the jobs that ended well a month ago; those that failed stay until someone has looked."""
    await app.job_manager.delete_old_jobs(nb_hours=KEEP_HOURS)
