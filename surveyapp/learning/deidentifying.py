"""Taking names out of what somebody told, as a draft that a steward reads before anybody else does."""

import re
from collections.abc import Collection

PLACEHOLDER = "[…]"
# Shorter parts of names are words as well.
SHORTEST = 3
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_TITLED = re.compile(r"(?<!\w)(?:Mr|Mrs|Ms|Miss|Dr|Herrn?|Frau)\.?\s+[^\W\d_][\w'\u2019-]*")


def without_names(text: str, names: Collection[str]) -> str:
    """Return a text in which names, their parts, addresses and people with a title are taken out.

    Parameters
    ----------
    text : str
        What somebody told.
    names : collection of str
        Full names of people who may be meant.
    """
    parts = {part for name in names for part in (name, *re.split(r"[\s,-]+", name)) if len(part) >= SHORTEST}
    text = _TITLED.sub(PLACEHOLDER, _ADDRESS.sub(PLACEHOLDER, text))
    if parts:
        any_of = "|".join(re.escape(part) for part in sorted(parts, key=len, reverse=True))
        # A name also stands in the possessive, and with the ending of another case.
        text = re.sub(rf"(?<!\w)(?:{any_of})(?:['\u2019]?s)?(?!\w)", PLACEHOLDER, text, flags=re.IGNORECASE)
    return re.sub(rf"{re.escape(PLACEHOLDER)}(?:\s+{re.escape(PLACEHOLDER)})+", PLACEHOLDER, text)
