"""The programs that stay: `serve` (site and worker in one process) and `worker` (one more worker)."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import os
import signal
import socket
import urllib.error
import urllib.request
import warnings
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import structlog

from exigible.kernel.errors import Refused
from exigible.runtime import postgres
from exigible.runtime.database import use_pool
from exigible.runtime.health import HEARTBEAT_SECONDS
from exigible.runtime.setup import migrate, prepare

SITE_CONNECTIONS = 20
WORKER_CONNECTIONS = 5
JOBS_AT_ONCE = 2
GRACE_SECONDS = 25  # for requests and jobs under way when asked to stop
WATCH_SECONDS = 1.0

log = structlog.get_logger("exigible.server")


def serve(host: str, port: int, *, with_worker: bool = True, on_ready: Callable[[str], None]) -> None:
    """Serve the site, and do its jobs, until SIGTERM or SIGINT.

    The tables are brought to this version first. `on_ready` is told the address once it answers. Raises
    Refused ("port-in-use") where something listens there already.
    """
    with _listener(host, port) as listener:
        prepare()
        migrate()
        use_pool(SITE_CONNECTIONS)
        asyncio.run(_serve(listener, with_worker, on_ready))


def work() -> None:
    """Do jobs until SIGTERM or SIGINT."""
    prepare()
    migrate()
    use_pool(WORKER_CONNECTIONS)
    asyncio.run(_until_stopped([_do_jobs()]))


async def _serve(listener: socket.socket, with_worker: bool, on_ready: Callable[[str], None]) -> None:
    await _until_stopped([_serve_site(listener, on_ready), *([_do_jobs()] if with_worker else [])])


async def _until_stopped(programs: list[Coroutine[Any, Any, None]]) -> None:
    """Run `programs` together until a signal; then each ends what it has begun. One that fails ends all.

    The database is watched over until they have ended: what is under way needs it.
    """
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop_gently, loop, stopping)
    tasks = [asyncio.create_task(program) for program in programs]
    watch = asyncio.create_task(_keep_database())
    stop = asyncio.create_task(stopping.wait())
    await asyncio.wait([stop, *tasks], return_when=asyncio.FIRST_COMPLETED)
    for task in [stop, *tasks]:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    watch.cancel()
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, asyncio.CancelledError):
            raise result


def _stop_gently(loop: asyncio.AbstractEventLoop, stopping: asyncio.Event) -> None:
    """Stop after what is under way; a second signal ends the program at once."""
    log.info("stopping")
    stopping.set()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.remove_signal_handler(number)


# --- the site ---


async def _serve_site(listener: socket.socket, on_ready: Callable[[str], None]) -> None:
    import uvicorn
    from django.core.asgi import get_asgi_application

    class Site(uvicorn.Server):
        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield  # signals are ours: site and worker stop together

    # Views are synchronous here: a file is read in its thread, whole, which Django finds worth a warning.
    warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous")
    config = uvicorn.Config(
        get_asgi_application(),
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        forwarded_allow_ips=os.environ.get("EXIGIBLE_PROXIES", "127.0.0.1"),
    )
    site = Site(config)
    serving = asyncio.create_task(site.serve(sockets=[listener]))
    try:
        while not site.started and not serving.done():
            await asyncio.sleep(0.02)
        if site.started:
            on_ready(_address(listener))
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        site.should_exit = True
        await serving
        raise


@contextlib.contextmanager
def _listener(host: str, port: int) -> Iterator[socket.socket]:
    """The socket to serve on, taken before anything else is started."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
            listener.listen(512)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise _port_in_use(host, port) from None
        yield listener


def _port_in_use(host: str, port: int) -> Refused:
    address = f"http://{host}:{port}"
    if _is_exigible(address):
        return Refused("port-in-use", "Exigible already runs at {address}.", address=address)
    sentence = "Another program uses port {port} of {host}: choose one with --port."
    return Refused("port-in-use", sentence, host=host, port=port)


def _is_exigible(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=2) as answer:  # noqa: S310  our own address
            return "queue" in json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code == 503
    except (OSError, ValueError):
        return False


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    readable = {
        "0.0.0.0": "localhost",  # noqa: S104  an address to read, not to bind
        "::": "localhost",
    }.get(host, host)
    return f"http://[{readable}]:{port}" if ":" in readable else f"http://{readable}:{port}"


# --- the worker, and the watch over the database ---


async def _do_jobs() -> None:
    """Do jobs for as long as the program runs; a worker that loses the database begins again."""
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    task = asyncio.current_task()
    assert task is not None
    while True:
        try:
            worker = app.with_connector(connector.get_worker_connector())
            async with worker.open_async():
                await worker.run_worker_async(
                    concurrency=JOBS_AT_ONCE,
                    install_signal_handlers=False,
                    shutdown_graceful_timeout=GRACE_SECONDS,
                    update_heartbeat_interval=HEARTBEAT_SECONDS,
                )
            reason = "it stopped by itself"
        except Exception as error:  # noqa: BLE001  whatever ended the worker, the work must go on
            reason = str(error)
        if task.cancelling():  # the worker may take the request to stop for its own end
            return
        log.warning("the worker begins again", reason=reason)
        await asyncio.sleep(WATCH_SECONDS)


async def _keep_database() -> None:
    """Bring the embedded server back when it dies; a server of one's own is its administrator's care."""
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        if os.environ.get("DATABASE_URL") or postgres.status().pid is not None:
            continue
        log.warning("the database server is gone; starting it again")
        try:
            await asyncio.to_thread(postgres.start)
        except Exception as error:  # noqa: BLE001  tried again in a second; said each time
            log.error("the database server does not start", reason=str(error))
