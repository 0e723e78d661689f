"""Logging that keeps to itself what it must not know: outside /app neither address, query, value nor sender."""

import logging
import traceback
from types import TracebackType

from flask import Flask, request

from surveyapp.web.areas import area

Failure = tuple[type, BaseException, TracebackType] | tuple[None, None, None]


class Site(Flask):
    """Flask, except that a failure on an anonymous page is logged by its place in the code alone."""

    def log_exception(self, exc_info: Failure) -> None:
        """Log a failure; its message may hold what somebody typed, so only staff pages show it."""
        kind, _, trace = exc_info
        if kind is None or area(request.path) == "staff":
            super().log_exception(exc_info)
            return
        frames = (f"{frame.name} at {frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(trace))
        self.logger.error("%s in %s: %s", kind.__name__, request.endpoint, ", ".join(frames))


def install(app: Flask, level: str) -> None:
    """Set the level, and keep the development server from writing who asked for which answer page when."""
    app.logger.setLevel(level)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
