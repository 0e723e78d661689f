"""What may be said about a group, and the proof: pure functions on counts and sums."""
