"""The roster: the tree of units, who belongs where, and importing both."""
