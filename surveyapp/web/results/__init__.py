"""A team's own results, without an account."""
