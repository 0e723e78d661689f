"""Tables as files to download."""

import re
from collections.abc import Sequence

from flask import Response

from surveyapp.services.tables import write_csv


def csv_response(name: str, rows: Sequence[Sequence[object]]) -> Response:
    """Return rows as a CSV file that spreadsheets open as text, never as formulas."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower() or "results"
    response = Response(write_csv(rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{plain}.csv"'
    return response
