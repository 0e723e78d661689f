"""A self-hosted survey and feedback platform for psychological safety."""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from surveyapp.settings import Settings


def create_app(settings: "Settings | None" = None) -> "Flask":
    """Build the web application, by default from the environment.

    The pages are imported here and not above, so that importing the statistics loads no web framework.
    """
    from surveyapp.settings import Settings  # noqa: PLC0415  # See above.
    from surveyapp.web import wiring  # noqa: PLC0415  # See above.

    return wiring.create_app(settings or Settings.from_env(os.environ))
