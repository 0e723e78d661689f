"""The applications that the product is measured beside, and the one server that serves them all."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import venv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

WORKERS = 2
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Server:
    """A server that is running."""

    port: int
    pid: int

    def memory(self) -> float:
        """Return the mean proportional memory of the workers in MiB."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii").split()
        rollups = [Path(f"/proc/{child}/smaps_rollup").read_text(encoding="ascii") for child in children]
        sizes = [int(size) for rollup in rollups for size in re.findall(r"^Pss: +(\d+)", rollup, flags=re.MULTILINE)]
        return sum(sizes) / len(sizes) / 1024


@contextmanager
def serve(python: Path, app: str, folder: Path, env: Mapping[str, str]) -> Iterator[Server]:
    """Serve an application by gunicorn with two workers for as long as it is measured."""
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port: int = chosen.getsockname()[1]
    command = [str(python), "-m", "gunicorn", "--workers", str(WORKERS), "--bind", f"127.0.0.1:{port}", app]
    process = subprocess.Popen(command, cwd=folder, env={**os.environ, **env}, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    message = f"nothing answers at port {port}"
    raise TimeoutError(message)


@contextmanager
def hello() -> Iterator[Server]:
    """Serve the smallest Flask application."""
    with serve(Path(sys.executable), "hello:app", HERE, {}) as server:
        yield server


@dataclass(frozen=True, slots=True)
class DjangoSurvey:
    """django-survey-and-report in an environment of its own, with one survey."""

    folder: Path
    survey: int
    questions: list[int]
    choice: str

    @contextmanager
    def served(self) -> Iterator[Server]:
        """Serve it."""
        app = "django.core.wsgi:get_wsgi_application()"
        with serve(_python(self.folder), app, HERE / "django_survey", _environment(self.folder)) as server:
            yield server

    def stored(self) -> int:
        """Return how many responses were stored whole."""
        return int(_run(self.folder, "count.py"))

    def assets(self, page: str) -> int:
        """Return the bytes of the files of the package that a page links."""
        static = next((self.folder / "env").glob("lib/python*/site-packages/survey/static"))
        names = set(re.findall(r'(?:src|href)="/static/([^"?]+)"', page))
        return sum((static / name).stat().st_size for name in names if (static / name).exists())


def install_django_survey(folder: Path, texts: list[str], choices: list[str]) -> DjangoSurvey:
    """Install the application from the registry and give it the questions of an instrument."""
    venv.create(folder / "env", with_pip=True)
    install = ["-m", "pip", "install", "--quiet", "django-survey-and-report", "gunicorn"]
    subprocess.run([str(_python(folder)), *install], check=True, stderr=subprocess.DEVNULL)
    # Commas separate the choices there.
    plain = [choice.replace(",", "") for choice in choices]
    made = json.loads(_run(folder, "fill.py", json.dumps({"texts": texts, "choices": plain})))
    return DjangoSurvey(folder, made["survey"], made["questions"], made["choice"])


def _python(folder: Path) -> Path:
    return folder / "env" / "bin" / "python"


def _environment(folder: Path) -> dict[str, str]:
    return {"DJANGO_SETTINGS_MODULE": "settings", "BENCHMARK_FOLDER": str(folder)}


def _run(folder: Path, program: str, *arguments: str) -> str:
    result = subprocess.run(
        [str(_python(folder)), program, *arguments],
        cwd=HERE / "django_survey",
        env={**os.environ, **_environment(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout.strip().splitlines()[-1]
