"""Instruments: versioned sets of items with scales, anchors, keys and licence."""

from surveyapp.questions.instrument import Instrument, Item, Scale
from surveyapp.questions.loading import InstrumentError, load, read_file, read_folder, read_text
from surveyapp.questions.report import Report, check
from surveyapp.questions.tags import direction

__all__ = [
    "Instrument",
    "InstrumentError",
    "Item",
    "Report",
    "Scale",
    "check",
    "direction",
    "load",
    "read_file",
    "read_folder",
    "read_text",
]
