"""What contributed to an event: parts of the system, never traits of a person."""

FACTORS = (
    "time_pressure",
    "workload",
    "unclear_instructions",
    "unclear_data_source",
    "outdated_data",
    "handover",
    "interruption",
    "missing_check",
    "tool_or_system",
    "training",
    "surroundings",
    "supplier",
)
# How other systems say it.
_ALSO = {
    "stale_export": "outdated_data",
    "stale_data": "outdated_data",
    "staffing": "workload",
    "communication": "handover",
    "process": "unclear_instructions",
    "tooling": "tool_or_system",
    "software": "tool_or_system",
    "equipment": "tool_or_system",
    "environment": "surroundings",
    "vendor": "supplier",
}


def read_factor(text: str) -> str:
    """Return the factor that a word stands for, or the word as it is when it stands for none."""
    plain = text.strip().lower().replace(" ", "_").replace("-", "_")
    return _ALSO.get(plain, plain)
