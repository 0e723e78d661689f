"""Accounts: signing in, passwords, roles, and who may do what."""
