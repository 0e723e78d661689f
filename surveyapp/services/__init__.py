"""Use cases: a session and arguments in, frozen dataclasses out."""
