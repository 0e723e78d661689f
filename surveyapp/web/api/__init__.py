"""What other systems send, as JSON."""
