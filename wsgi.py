"""The application for a WSGI server: ``gunicorn wsgi:app``."""

from surveyapp import create_app

app = create_app()
