"""Tables and other files to download."""

import re
from collections.abc import Sequence

from flask import Response

from surveyapp.services.tables import write_csv


def csv_response(name: str, rows: Sequence[Sequence[object]]) -> Response:
    """Return rows as a CSV file that spreadsheets open as text, never as formulas."""
    return file_response(name, "csv", "text/csv; charset=utf-8", write_csv(rows))


def file_response(name: str, ending: str, content_type: str, content: bytes) -> Response:
    """Return a file to keep under a plain name made from words."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower() or "results"
    response = Response(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{plain}.{ending}"'
    return response
