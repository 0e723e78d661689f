"""What a manager says to a group about what it answered: written, published, corrected, shown and reminded of."""
