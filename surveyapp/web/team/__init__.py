"""The pages of managers: their teams' results."""
