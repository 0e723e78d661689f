"""Which pulse and scale a page is about, by its address."""

from flask import request

from surveyapp.services.results.reading import PulseName, ScaleName, pulse_scales, pulses_of
from surveyapp.web.access import viewer
from surveyapp.web.language import language
from surveyapp.web.reaching import reach


def chosen_pulse() -> tuple[PulseName | None, list[PulseName]]:
    """Return the pulse named in the address, or the newest, and all of them."""
    pulses = pulses_of(reach().session, viewer().organisation_id)
    named = next((pulse for pulse in pulses if str(pulse.id) == request.args.get("pulse")), None)
    return named or (pulses[0] if pulses else None), pulses


def scales_of(pulse: PulseName | None) -> list[ScaleName]:
    """Return the scales of a pulse in the reader's language."""
    return pulse_scales(reach().session, viewer().organisation_id, pulse.id, language()) if pulse else []
