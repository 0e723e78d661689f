"""The smallest Flask application: what the framework and the server cost by themselves."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    """Say hello."""
    return "Hello"


@app.post("/")
def take() -> str:
    """Take a form and throw it away."""
    return "Thanks"
