"""``python -m surveyapp.cli`` is the same as ``surveyapp``."""

from surveyapp.cli import main

main(prog_name="surveyapp")
