"""Letting lines pass uncounted, for the machine takes twice as long for those that are counted."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# By its presence coverage counts the lines of every process that Python starts.
IN_PROCESSES = "COVERAGE_PROCESS_CONFIG"


@contextmanager
def uncounted() -> Iterator[None]:
    """Count no lines of what runs inside: here, in threads that begin there and in processes that begin there.

    The public way to stop counting takes fifty milliseconds to begin again, which is longer than most tests last.
    """
    here, in_threads, in_processes = sys.gettrace(), threading.gettrace(), os.environ.pop(IN_PROCESSES, None)
    sys.settrace(None)
    threading.settrace(None)
    try:
        yield
    finally:
        if in_processes is not None:
            os.environ[IN_PROCESSES] = in_processes
        threading.settrace(in_threads)
        sys.settrace(here)
