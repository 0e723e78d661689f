"""Answering: one page for everybody in a wave and group. No person, account or cookie is known here."""
