"""Handing work over so that a miss is safe: setting up, working, reviewing."""
