"""The statistics of teams: pure functions of numpy and scipy."""
