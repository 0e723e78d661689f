"""The learning log: telling, reading and importing events."""
