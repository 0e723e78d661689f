"""The learning log: events told and imported."""
