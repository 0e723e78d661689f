"""Reports as PDF, where the extra ``pdf`` and its library Pango are installed; elsewhere the browser prints them."""

from ctypes.util import find_library
from functools import cache
from importlib.util import find_spec

# What the program for PDF files draws letters with; without it, it cannot even be loaded.
LIBRARY = "pango-1.0"


@cache
def can_print() -> bool:
    """Tell whether this installation makes PDF files itself, without loading what makes them."""
    return find_spec("weasyprint") is not None and find_library(LIBRARY) is not None


def as_pdf(html: str) -> bytes:
    """Return a report as PDF; its only dates are those in the report, so equal reports are equal bytes.

    Loading takes some seconds and 60 MB, so it waits for the first report.
    """
    from weasyprint import HTML  # noqa: PLC0415  # See above.
    from weasyprint.urls import URLFetcher  # noqa: PLC0415  # See above.

    # A report has everything inside; whatever somebody's words might name is not fetched.
    return bytes(HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=())).write_pdf())
