"""Chart geometry from Shown values only, with a text alternative."""
