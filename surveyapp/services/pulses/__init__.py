"""Pulses and their waves: set up, previewed, opened and closed on schedule."""
