"""Every reference value computed with R: how the product reproduces it, or why it does not.

`python -m tests.stats.register` prints the table of docs/statistics.md.
"""

from collections.abc import Iterator, Mapping

from tests.stats.register.changes import CHANGES
from tests.stats.register.entry import NotOurs, Ours
from tests.stats.register.relations import RELATIONS
from tests.stats.register.scales import SCALES

REGISTER: dict[str, Ours | NotOurs] = SCALES.entries | RELATIONS.entries | CHANGES.entries


def rows() -> Iterator[str]:
    """Give the table for the documentation, line by line."""
    yield "| entry | reproduced by | within | not made, and why |"
    yield "|---|---|---|---|"
    for name, entry in REGISTER.items():
        if isinstance(entry, NotOurs):
            yield f"| `{name}` | - | - | {entry.reason} |"
        else:
            functions = ", ".join(f"`{function}`" for function in entry.by.split(", "))
            yield f"| `{name}` | {functions} | {_within(entry)} | {_grouped(entry.left)} |"


def _within(entry: Ours) -> str:
    looser = _grouped({value: f"{error:.0e}" for value, error in entry.loosely.items()})
    return "; ".join(filter(None, (f"{entry.within:.0e}", looser)))


def _grouped(said: Mapping[str, str]) -> str:
    """Name values of which the same is said together."""
    together: dict[str, list[str]] = {}
    for value, what in said.items():
        together.setdefault(what, []).append(f"`{value}`")
    return "; ".join(f"{', '.join(values)}: {what}" for what, values in together.items())
