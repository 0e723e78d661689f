"""Releasing a closed wave: once, under the policy, checked before it is written; then the boxes are destroyed."""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from surveyapp.errors import ReleaseRefused
from surveyapp.privacy.comments import COMMENTERS, Note, Voices, gather, is_safe, respondents_needed
from surveyapp.privacy.outcome import Figure, Shown, Withheld
from surveyapp.privacy.policy import COLLUDERS, GroupFigures, ScaleKey, Thresholds, draw_and_count, participation
from surveyapp.privacy.selfcheck import check_group
from surveyapp.questions import Instrument
from surveyapp.services.pulses.instruments import read_instrument
from surveyapp.services.pulses.waves import terms_digest
from surveyapp.services.results.chain import end_of_chain, release_hash
from surveyapp.services.results.estimating import estimates_of, organisation_figures, organisation_row, spread_of
from surveyapp.services.results.voices import Words, words_of, write_words
from surveyapp.store.invitations import Delivery, Invitation
from surveyapp.store.pulses import InstrumentCopy, Wave, WaveGroup
from surveyapp.store.releases import OrganisationFigure, Release, ReleaseRow, TeamEstimate
from surveyapp.vault.doors import Vault
from surveyapp.vault.opening import erase, open_boxes, tidy

LeaveOut = Callable[[int], int]
Sheets = Sequence[Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Contents:
    """The scored sheets and the notes of a wave by group, for as long as its release is being computed."""

    groups: Mapping[UUID, Sheets]
    rosters: Mapping[UUID, int]
    notes: Mapping[UUID, Sequence[Note]] = field(default_factory=dict)


def release_wave(
    session: Session, vault: Vault, wave: Wave, now: datetime, leave_out: LeaveOut = secrets.randbelow
) -> None:
    """Compute and write the one release of a closed wave, and destroy its boxes unless the pulse declared a grace.

    A crash before the commit leaves nothing, and the next try draws afresh; a crash after it leaves the whole
    release, and the next try only destroys the boxes.

    Raises
    ------
    ReleaseRefused
        When the terms or a box were altered, or a figure would say too much.
    """
    if wave.state == "closed":
        instrument = read_instrument(session.get_one(InstrumentCopy, (wave.organisation_id, wave.instrument_id)).toml)
        contents = _open(session, vault, wave, instrument)
        write_release(session, wave, instrument, contents, now, leave_out)
    if wave.state == "released" and (wave.boxes_kept_until is None or now >= wave.boxes_kept_until):
        erase(vault, wave.organisation_id, wave.id, _rosters(session, wave).keys())
        tidy(vault)
        wave.state = "erased"
        session.commit()


def _rosters(session: Session, wave: Wave) -> dict[UUID, int]:
    mine = (WaveGroup.organisation_id == wave.organisation_id, WaveGroup.wave_id == wave.id)
    return dict(session.execute(select(WaveGroup.group_id, WaveGroup.roster).where(*mine)).all())


def _open(session: Session, vault: Vault, wave: Wave, instrument: Instrument) -> Contents:
    opened = open_boxes(vault, wave.organisation_id, wave.id, len(instrument.items), terms_digest(wave))
    groups = {box.group_id: [scored_sheet(instrument, sheet) for sheet in box.sheets] for box in opened}
    rosters = _rosters(session, wave)
    if groups.keys() != rosters.keys():
        message = "The boxes of this wave are not the ones it was opened with"
        raise ReleaseRefused(message)
    return Contents(groups, rosters, {box.group_id: box.notes for box in opened})


def scored_sheet(instrument: Instrument, sheet: Sequence[int]) -> dict[str, int]:
    """Turn a sheet into scored answers by item: reverse-keyed items turned round, skipped ones absent."""
    return {
        item.key: instrument.scored(item.key, answer)
        for item, answer in zip(instrument.items, sheet, strict=True)
        if answer
    }


def write_release(
    session: Session, wave: Wave, instrument: Instrument, contents: Contents, now: datetime, leave_out: LeaveOut
) -> Release:
    """Write the release of a wave from its contents, in one transaction."""
    thresholds = Thresholds(wave.count_min, wave.item_min, wave.roster_min)
    groups = {
        group: _figures(sheets, contents.rosters[group], scale_keys(instrument), thresholds, leave_out)
        for group, sheets in contents.groups.items()
    }
    words = words_of({group: _voices(contents, group, thresholds) for group in contents.notes})
    release = _chain(session, wave, groups, words, now)
    session.add(release)
    session.flush()
    rows = [_row(release, group, name, figure) for group, figures in groups.items() for name, figure in figures.items()]
    # A wave that found nobody on the roster has a release as well, with nothing in it.
    if rows:
        session.execute(insert(ReleaseRow), rows)
    write_words(session, release, words)
    # The spread within classes is not the one within teams, which later waves are read by.
    if not wave.attribute:
        organisation = organisation_figures(instrument, contents.groups, wave.count_min)
        session.execute(insert(OrganisationFigure), [organisation_row(release, *each) for each in organisation.items()])
    spreads = {scale.key: spread_of(session, wave.organisation_id, scale.key) for scale in instrument.scales}
    if estimates := estimates_of(release, instrument, groups, contents.rosters, spreads):
        session.execute(insert(TeamEstimate), estimates)
    _forget_invitations(session, wave)
    wave.state = "released"
    wave.boxes_kept_until = now + timedelta(days=wave.grace_days) if wave.grace_days else None
    session.commit()
    return release


def scale_keys(instrument: Instrument) -> list[ScaleKey]:
    """Return what the release policy needs to know of an instrument."""
    return [ScaleKey(scale.key, scale.items, instrument.points, scale.favourable_from) for scale in instrument.scales]


def _figures(
    sheets: Sheets, roster: int, scales: Sequence[ScaleKey], thresholds: Thresholds, leave_out: LeaveOut
) -> dict[str, Figure]:
    answered = sum(1 for sheet in sheets if sheet)
    if roster < thresholds.roster_min:
        small = Withheld(f"fewer than {thresholds.roster_min} people are counted here")
        return {"participation": small, **{f"scale:{scale.key}": small for scale in scales}}
    group = draw_and_count(sheets, scales, thresholds, leave_out)
    _refuse_weak(group, scales, thresholds.count_min)
    return {"participation": participation(answered, roster, thresholds.count_min), **group.figures}


def _refuse_weak(group: GroupFigures, scales: Sequence[ScaleKey], count_min: int) -> None:
    weak = check_group(group, scales, count_min)
    if weak:
        message = f"{len(weak)} figures would let somebody's answer be worked out; nothing was published"
        raise ReleaseRefused(message)


def _voices(contents: Contents, group: UUID, thresholds: Thresholds) -> Voices:
    respondents = sum(1 for sheet in contents.groups[group] if sheet)
    notes = contents.notes[group]
    voices = gather(notes, respondents, contents.rosters[group], thresholds, secrets.randbelow)
    if not is_safe(voices, len(notes)):
        message = "What would be said of a theme would let somebody's tap be worked out; nothing was published"
        raise ReleaseRefused(message)
    return voices


def _chain(
    session: Session, wave: Wave, groups: Mapping[UUID, Mapping[str, Figure]], words: Words, now: datetime
) -> Release:
    end = end_of_chain(session, wave.organisation_id)
    policy = {
        "count_min": wave.count_min,
        "item_min": wave.item_min,
        "roster_min": wave.roster_min,
        "colluders": COLLUDERS,
        "comments_from": respondents_needed(wave.count_min),
        "commenters": COMMENTERS,
        "attribute": wave.attribute,
    }
    release = Release(
        organisation_id=wave.organisation_id,
        id=uuid4(),
        wave_id=wave.id,
        sequence=end.sequence + 1,
        released_at=now,
        policy=json.dumps(policy, sort_keys=True),
        previous_hash=end.hash,
        hash="",
    )
    release.hash = release_hash(release, groups, words)
    return release


def _row(release: Release, group_id: UUID, name: str, figure: Figure) -> dict[str, Any]:
    shown = figure if isinstance(figure, Shown) else None
    return {
        "organisation_id": release.organisation_id,
        "release_id": release.id,
        "group_id": group_id,
        "figure": name,
        "text": shown and shown.text,
        "value": shown and shown.value,
        "low": shown and shown.low,
        "high": shown and shown.high,
        "n": shown and shown.n,
        "reason": figure.reason if isinstance(figure, Withheld) else None,
    }


def _forget_invitations(session: Session, wave: Wave) -> None:
    """Remove who was invited and reminded: after the close nobody needs it."""
    mine = (Invitation.organisation_id == wave.organisation_id, Invitation.wave_id == wave.id)
    session.execute(
        delete(Delivery).where(
            Delivery.organisation_id == wave.organisation_id,
            Delivery.invitation_id.in_(select(Invitation.id).where(*mine)),
        )
    )
    session.execute(delete(Invitation).where(*mine))
