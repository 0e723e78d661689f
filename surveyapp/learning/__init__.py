"""Words and definitions of the blame-free learning log."""
