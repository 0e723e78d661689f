"""Finds Chromium, or installs it: ``python -m tests.browsers``."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# A browser that looks for updates and accounts would wait for a network that a test has no business with.
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
ADVICE = "No browser: install Chromium (Debian: apt-get install chromium), or name one with CHROMIUM=/path/to/chromium"


def find() -> str | None:
    """Return the path of an installed Chromium: the one named by CHROMIUM, the system's, or Playwright's own."""
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named)
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or _of_playwright()


def flags() -> list[str]:
    """Return how Chromium is started; root can run it only without its sandbox."""
    return [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else [*FLAGS]


def _of_playwright() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> None:
    """Try the system's packages when allowed to, then Playwright's download."""
    apt = shutil.which("apt-get")
    if apt and os.geteuid() == 0:
        _try(apt, "update", "--quiet=2")
        _try(apt, "install", "--yes", "--quiet=2", "--no-install-recommends", "chromium", "fonts-dejavu-core")
    if find() is None:
        _try(sys.executable, "-m", "playwright", "install", "chromium")


def _try(*command: str) -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, check=False, env=quiet, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main() -> int:
    """Make sure that a browser is there; say in one line what to do when it cannot be had."""
    if find() is None:
        sys.stderr.write("Installing Chromium for the browser tests ...\n")
        install()
    if find() is None:
        sys.stderr.write(ADVICE + "\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
