"""Instruments: versioned sets of items with scales, anchors, keys and licence."""
