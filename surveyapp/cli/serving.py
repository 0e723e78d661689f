"""Web and worker together: gunicorn answers requests in processes of its own, the worker runs in this one."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from threading import Event, Thread

from surveyapp.errors import Invalid, SurveyError
from surveyapp.settings import ROOT, Settings

GRACE_SECONDS = 40


def address(bind: str | None) -> str:
    """Return where to listen: as told, or on this machine only, at PORT or 8000.

    Raises
    ------
    Invalid
        When that is no place to listen.
    SurveyError
        When something else listens there, or this account may not.
    """
    given = bind or f"127.0.0.1:{os.environ.get('PORT', '8000')}"
    if given.startswith("unix:"):
        return given
    host, _, port = given.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 2**16:
        raise Invalid("--bind" if bind else "PORT", bind or port, "HOST:PORT" if bind else "a number from 1 to 65535")
    try:
        plain = host.strip("[]")
        socket.create_server((plain, int(port)), family=socket.AF_INET6 if ":" in plain else socket.AF_INET).close()
    except OSError as taken:
        message = f"Nothing can listen at {given} ({taken.strerror}): choose another place with PORT or --bind"
        raise SurveyError(message) from taken
    return given


def stopped_by_signals() -> Event:
    """Return an event that is set when somebody wants the program to end."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def serve_until_stopped(
    settings: Settings, environment: Mapping[str, str], bind: str, workers: int, threads: int
) -> int:
    """Serve pages and work until told to stop, or until the web processes end; return their exit code.

    Parameters
    ----------
    settings : Settings
        For the worker.
    environment : mapping
        Settings for the web processes, on top of the environment.
    bind : str
        Where to listen.
    workers, threads : int
        How many processes, and threads in each.
    """
    stop = stopped_by_signals()
    told = of_pages(os.environ | environment)
    web = subprocess.Popen(command(bind, workers, threads), env=told)  # noqa: S603  # Our own words.
    Thread(target=_stop_with, args=(web, stop), daemon=True).start()
    # The statistics that the worker needs take a second to load, during which the pages can start.
    from surveyapp.jobs import work_until

    try:
        work_until(stop, settings)
    finally:
        web.terminate()
        try:
            code = web.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            web.kill()
            code = web.wait()
    return code


def of_pages(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what the web processes are told: everything but how to open boxes."""
    return {name: value for name, value in environment.items() if name not in {"VAULT_OPEN_URL", "VAULT_OPEN_KEYS"}}


def _stop_with(web: subprocess.Popen[bytes], stop: Event) -> None:
    web.wait()
    stop.set()


def command(bind: str, workers: int, threads: int) -> list[str]:
    """Return how gunicorn is started; it writes no access log, for that would say who opened which page when."""
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "--chdir",
        str(ROOT),
        "--bind",
        bind,
        "--workers",
        str(workers),
        "--worker-class",
        "gthread",
        "--threads",
        str(threads),
        "--no-control-socket",
        "--log-level",
        "warning",
        "surveyapp:create_app()",
    ]
