"""The audit of an installation: clean where the rules were kept, and telling what and where when they were not."""

import pytest

from surveyapp.privacy.outcome import Figure, Shown
from surveyapp.services.installation.attacking import OrganisationAudit, audit_organisation
from surveyapp.services.results import overviews
from surveyapp.store.pulses import Pulse, Wave
from tests.fixtures.tampering import tamper
from tests.fixtures.world import World, item_keys

# One unit of every group of the harbour; Pilots, Tugs and the people of the department itself are counted together.
GROUPS = ("Cranes", "Gates", "Pilots")


def answer(world: World, pulse: Pulse, low: int, high: int) -> Wave:
    """Let everybody of each group answer with values from ``low`` to ``high`` in turn, and release the wave."""
    wave = world.open(pulse)
    for group in GROUPS:
        sheets = [
            {key: low + (person + place) % (high - low + 1) for place, key in enumerate(item_keys(world, wave))}
            for person in range(len(world.codes(wave, group)))
        ]
        world.fill(wave, group, [dict(sheet) for sheet in sheets])
    world.release(wave)
    return wave


def audit(world: World) -> OrganisationAudit:
    """Audit the organisation of a world."""
    return audit_organisation(world.session, world.organisation_id)


@pytest.fixture
def year(harbour: World) -> World:
    """Give an organisation with three released waves: mixed, all ones, all fives."""
    pulse = harbour.pulse("Harbour")
    for low, high in ((2, 5), (1, 1), (5, 5)):
        answer(harbour, pulse, low, high)
    return harbour


def test_what_was_released_under_the_rules_is_clean(year: World) -> None:
    """Every text is attacked, for nobody's answer is anything left to find, and pages of higher units are read too."""
    ticks: list[None] = []
    found = audit_organisation(year.session, year.organisation_id, lambda: ticks.append(None))
    assert found.findings == ()
    assert (found.releases, found.groups, len(ticks)) == (3, 9, 3)
    # Three groups with nine statements each in three waves; the numbers of scales are made of these.
    assert found.texts == 3 * 3 * 9
    assert found.outsider.clean
    assert found.talker.clean
    assert found.outsider.answers == 3 * 9 * (9 + 12 + 10)
    assert found.pages == 6


def test_waves_are_held_against_each_other(year: World) -> None:
    """People who said one first and five later have changed their minds, which the texts prove for most statements."""
    across = audit(year).across
    assert across.statements == 27
    assert across.refuted == 27
    assert across.not_attempted == 0


def test_what_was_not_attacked_across_waves_is_counted(harbour: World) -> None:
    """When one of the cranes stays away once, nobody but the attacker knows who: each statement is told as left out."""
    pulse = harbour.pulse("Harbour")
    for missing in (0, 1):
        wave = harbour.open(pulse)
        people = len(harbour.codes(wave, "Cranes")) - missing
        harbour.fill(wave, "Cranes", [dict.fromkeys(item_keys(harbour, wave), 3)] * people)
        harbour.release(wave)
    across = audit(harbour).across
    assert (across.statements, across.not_attempted) == (0, 9)


def test_an_altered_figure_is_named(year: World) -> None:
    """A number that somebody made exact in the database is foreign to the rules, says too much, breaks the chain."""
    # Whoever has the file in hand also removes what guards it.
    tamper(
        year,
        "DROP TRIGGER IF EXISTS release_row_no_update",
        "UPDATE release_row SET text = '5.00', value = 5, low = 5, high = 5 "
        "WHERE figure = 'item:own-mistakes' AND text LIKE '≥%'",
    )
    said = {finding.what for finding in audit(year).findings}
    assert "the rules of publishing never lead to this text, or not with the numbers beside it" in said
    assert "12 answers can be worked out by anybody" in said
    assert "was altered after it was written" in said


def test_exact_means_of_departments_are_found(year: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: a page of a higher unit that computes from answers instead of released numbers."""

    def exact(figures: list[Figure]) -> Figure:
        return Shown("3.57", 3.57, 3.57, 3.57, 28)

    monkeypatch.setattr(overviews, "roll_up", exact)
    said = audit(year).findings
    assert {finding.what for finding in said} == {"does not follow from the numbers of the groups below (R4)"}
    assert len(said) == 3 * 2 * 3
