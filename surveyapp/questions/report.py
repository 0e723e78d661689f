"""What one wants to know about an instrument file before using it."""

from dataclasses import dataclass
from pathlib import Path

from surveyapp.questions.instrument import Instrument, Scale
from surveyapp.questions.loading import InstrumentError, read_file
from surveyapp.questions.tags import direction

ITEMS_IN_A_MINUTE = 9
ITEMS_FOR_RELIABILITY = 3


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a check: problems stop the use of the file, advice does not."""

    source: str
    summary: str
    problems: tuple[str, ...]
    advice: tuple[str, ...]

    @property
    def text(self) -> str:
        """The whole report as lines for a terminal."""
        if self.problems:
            return "\n".join((*self.problems, f"{self.source}: {len(self.problems)} to put right"))
        return "\n".join((self.summary, *(f"advice: {line}" for line in self.advice), f"{self.source}: ready to use"))


def check(path: Path) -> Report:
    """Read an instrument file and say what is in it, what is wrong with it, and what could be better."""
    try:
        instrument = read_file(path)
    except InstrumentError as error:
        return Report(path.name, summary="", problems=error.problems, advice=())
    return Report(path.name, _summary(instrument), problems=(), advice=_advice(instrument))


def _summary(instrument: Instrument) -> str:
    languages = ", ".join(f"{tag} (right to left)" if direction(tag) == "rtl" else tag for tag in instrument.languages)
    lines = [
        f"{instrument.key} version {instrument.version}: {instrument.text_in(instrument.title, 'en')}",
        f"  items: {len(instrument.items)}, each from 1 to {instrument.points}",
        f"  languages: {languages}",
        f"  licence: {instrument.licence}",
        f"  citation: {instrument.citation}",
    ]
    return "\n".join([*lines, *(_line(instrument, scale) for scale in instrument.scales)])


def _line(instrument: Instrument, scale: Scale) -> str:
    reverse = sum(instrument.item(key).reverse for key in scale.items)
    items = f"{len(scale.items)} items" if len(scale.items) > 1 else "1 item"
    return f"  scale {scale.key}: {items}, {reverse} reverse-keyed, favourable from {scale.favourable_from}"


def _advice(instrument: Instrument) -> tuple[str, ...]:
    advice = []
    if len(instrument.items) > ITEMS_IN_A_MINUTE:
        advice.append(
            f"{len(instrument.items)} items take more than a minute; {ITEMS_IN_A_MINUTE} fit a frequent pulse"
        )
    if len({item.reverse for item in instrument.items}) == 1:
        advice.append("all items are keyed the same way; some the other way round show who agrees with everything")
    advice.extend(
        f"scale {scale.key} has fewer than {ITEMS_FOR_RELIABILITY} items, so its reliability cannot be computed"
        for scale in instrument.scales
        if len(scale.items) < ITEMS_FOR_RELIABILITY
    )
    return tuple(advice)
