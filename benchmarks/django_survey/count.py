"""Prints how many responses are stored with all their answers."""

import django

django.setup()

from survey.models import Response  # noqa: E402  # Models exist only after the setup.

print(Response.objects.filter(answers__isnull=False).distinct().count())
