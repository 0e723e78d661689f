"""What a process loads, seen from a fresh interpreter."""

import subprocess
import sys

import pytest

HEAVY_OR_FOREIGN = {"flask", "sqlalchemy", "wtforms", "surveyapp.clock", "surveyapp.settings", "surveyapp.web"}


def loaded_by(statement: str) -> set[str]:
    """Return the modules that a fresh interpreter holds after a statement."""
    program = f"{statement}; import sys; print(*sys.modules)"
    return set(
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    )


@pytest.mark.parametrize("room", ["charts", "learning", "privacy", "questions", "stats"])
def test_a_pure_room_loads_no_web_and_no_database(room: str) -> None:
    """Statistics can be used in a notebook without the product around them."""
    assert loaded_by(f"import surveyapp.{room}") & HEAVY_OR_FOREIGN == set()


def test_a_web_process_loads_no_numbers() -> None:
    """SciPy would cost each web process a second and a half and a hundred megabytes."""
    assert loaded_by("import surveyapp.web.wiring") & {"numpy", "scipy", "surveyapp.stats"} == set()
