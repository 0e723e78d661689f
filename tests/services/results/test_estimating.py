"""What statistics add to a release."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from surveyapp.privacy.outcome import Shown, Withheld
from surveyapp.questions import Instrument, load
from surveyapp.services.results.estimating import (
    ORGANISATION_MIN,
    band_of,
    organisation_figures,
    organisation_row,
    spread_of,
)
from surveyapp.settings import ROOT
from surveyapp.stats.estimates import TYPICAL_SD, Band
from surveyapp.store.releases import OrganisationFigure, Release, ReleaseRow, TeamEstimate
from tests.fixtures.past import Past

Sheet = dict[str, int]


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    """Give the shipped instrument of nine statements."""
    path = ROOT / "instruments" / "speaking-up-autonomy-1.toml"
    return load(path.read_text(encoding="utf-8"), source=path.name)


def groups(instrument: Instrument, people: int) -> dict[UUID, list[Sheet]]:
    """Give two groups whose members answer 2 or 4 to everything."""
    sheets: list[Sheet] = [
        dict.fromkeys((item.key for item in instrument.items), 2 + 2 * (number % 2)) for number in range(people)
    ]
    return {uuid4(): sheets[: people // 2], uuid4(): sheets[people // 2 :]}


def band(figure: Shown, roster: int, spread: float = 0.65) -> Band:
    """Give the band, which a shown figure always has."""
    found = band_of(figure, roster, spread, 5)
    assert isinstance(found, Band)
    return found


@pytest.mark.parametrize(("roster", "n", "half"), [(5, 4, 0.50), (8, 6, 0.41), (8, 7, 0.36), (12, 9, 0.34)])
def test_bands_have_the_half_width_of_a_wave(roster: int, n: int, half: float) -> None:
    """With a within-team spread of .65; rounding to the grid adds little."""
    found = band(Shown("3.5", 3.5, 3.4, 3.6, n), roster)
    assert (found.high - found.low) / 2 == pytest.approx(half, abs=0.02)


def test_what_coding_hides_widens_the_band() -> None:
    """Of a number at the end only one side is known."""
    coded, plain = Shown("\N{GREATER-THAN OR EQUAL TO} 4.2", 4.6, 4.2, 5.0, 8), Shown("4.6", 4.6, 4.5, 4.7, 8)
    assert band(coded, 10).low < band(plain, 10).low - 0.3


def test_a_band_stays_on_the_scale() -> None:
    """Nobody can be safer than the highest answer."""
    assert band(Shown("\N{GREATER-THAN OR EQUAL TO} 4.2", 4.6, 4.2, 5.0, 8), 10).high == 5


def test_more_answers_than_the_roster_has_are_no_mistake() -> None:
    """Somebody who joined late may have answered too."""
    assert band(Shown("3.5", 3.5, 3.4, 3.6, 9), 8).roster == 9


def test_the_organisation_has_figures_from_a_hundred_sheets_on(instrument: Instrument) -> None:
    """Spread and reliability, rounded to one decimal."""
    figures = organisation_figures(instrument, groups(instrument, ORGANISATION_MIN))
    assert figures["sd:speaking-up"] == Shown("1.0", 1.0, 0.95, 1.05, ORGANISATION_MIN)
    assert isinstance(figures["alpha:autonomy"], Shown)


@pytest.mark.parametrize("answer", [1, 3, 5])
def test_an_organisation_of_one_mind_does_not_say_so(instrument: Instrument, answer: int) -> None:
    """A spread of 0.0 beside the numbers of the teams would tell what everybody answered."""
    alike = {uuid4(): [dict.fromkeys((item.key for item in instrument.items), answer)] * 10 for _ in range(12)}
    figures = organisation_figures(instrument, alike)
    assert figures["sd:autonomy"] == Shown("≤ 0.4", 0.4, 0.0, 0.45, 120)
    assert figures["alpha:autonomy"] == Withheld("answers of one team differ too little")


def test_groups_without_a_number_are_in_no_figure_of_the_organisation(instrument: Instrument) -> None:
    """A hundred people in pairs would tell how far two of them are apart."""
    everybody = [sheet for sheets in groups(instrument, ORGANISATION_MIN).values() for sheet in sheets]
    pairs = {uuid4(): everybody[start : start + 2] for start in range(0, ORGANISATION_MIN, 2)}
    assert isinstance(organisation_figures(instrument, pairs)["sd:autonomy"], Withheld)


def test_below_a_hundred_sheets_the_organisation_has_none(instrument: Instrument) -> None:
    """So few could be worked out."""
    figures = organisation_figures(instrument, groups(instrument, ORGANISATION_MIN - 1))
    assert set(figures.values()) == {Withheld("fewer than 100 answers in the organisation")}


def test_a_sheet_counts_when_half_of_a_scale_is_answered(instrument: Instrument) -> None:
    """Two of three statements will do, one will not."""
    full = groups(instrument, ORGANISATION_MIN)
    first = next(iter(full))
    keys = instrument.scales[0].items
    full[first][0] = {keys[0]: 4, keys[1]: 4}
    assert isinstance(organisation_figures(instrument, full)["sd:speaking-up"], Shown)
    full[first][0] = {keys[0]: 4}
    assert isinstance(organisation_figures(instrument, full)["sd:speaking-up"], Withheld)


def test_until_there_is_a_spread_of_its_own_the_typical_one_is_taken(past: Past) -> None:
    """Thirty people are too few for a figure of the organisation."""
    assert spread_of(past.session, past.owner, "speaking-up") == TYPICAL_SD


def test_the_latest_spread_is_taken(past: Past) -> None:
    """Releases before it no longer count, nor one that withheld it."""
    releases = past.session.scalars(select(Release).order_by(Release.sequence)).all()
    for release, value in zip(releases, (0.9, 0.5, None), strict=True):
        row = organisation_row(release, "sd:mood", Shown("", value, 0, 1, 100) if value else Withheld("few"))
        past.session.add(OrganisationFigure(**row))
    assert spread_of(past.session, past.owner, "mood") == 0.5


def test_every_shown_scale_of_a_release_has_a_band(past: Past) -> None:
    """And nothing else has one."""
    shown = past.session.execute(
        select(ReleaseRow.release_id, ReleaseRow.group_id, ReleaseRow.figure).where(
            ReleaseRow.figure.startswith("scale:"), ReleaseRow.text.is_not(None)
        )
    ).all()
    bands = past.session.execute(select(TeamEstimate.release_id, TeamEstimate.group_id, TeamEstimate.figure)).all()
    assert sorted(map(tuple, bands)) == sorted(map(tuple, shown))
