"""Delegations: setting up, moving on, reading, reminding."""
