"""Language tags as BCP 47 writes them: whether they are well formed, and which way their script runs."""

import re
from collections.abc import Iterator
from typing import Literal

LONGEST_TAG = 35

WELL_FORMED = re.compile(
    r"""
    (?: [a-z]{2,3} (?: -[a-z]{3} ){0,3} | [a-z]{4,8} )  # language
    (?: -[a-z]{4} )?                                    # script
    (?: -(?: [a-z]{2} | [0-9]{3} ) )?                   # region
    (?: -(?: [a-z0-9]{5,8} | [0-9][a-z0-9]{3} ) )*      # variants
    (?: -[a-wyz0-9] (?: -[a-z0-9]{2,8} )+ )*            # extensions
    (?: -x (?: -[a-z0-9]{1,8} )+ )?                     # private use
    """,
    re.VERBOSE | re.IGNORECASE,
)

RIGHT_TO_LEFT_SCRIPT = re.compile("adlm|arab|aran|hebr|mand|mend|nkoo|rohg|samr|syr[cejn]|thaa|yezi")
RIGHT_TO_LEFT_LANGUAGE = re.compile(
    "ar|arc|a(?:cm|cw|eb|fb|pc|pd|rq|rs|ry|rz)|azb|bal|bgn|bqi|ckb|dv|fa|glk|haz|he|iw|ji|khw|ks|lrc|luz|mzn|nqo|pnb"
    "|prs|ps|rhg|sd|sdh|skr|syr|trw|ug|ur|yi"
)
# These languages have two scripts, and the country decides which one is usual.
RIGHT_TO_LEFT_REGIONS = frozenset({"az-ir", "kk-cn", "ku-iq", "ku-ir", "pa-pk", "uz-af"})


def well_formed(tag: str) -> bool:
    """Whether this can be a language tag at all; no registry is asked."""
    return len(tag) <= LONGEST_TAG and WELL_FORMED.fullmatch(tag) is not None


def parents(tag: str) -> Iterator[str]:
    """Give the tag, then the same with its last part cut off, until only the language is left."""
    parts = tag.split("-")
    while parts:
        yield "-".join(parts)
        parts.pop()


def direction(language: str) -> Literal["ltr", "rtl"]:
    """Say which way the script of a language runs, for the `dir` attribute of a page."""
    first, *others = language.lower().split("-")
    script = next((part for part in others if len(part) == 4 and part.isalpha()), None)
    if script is not None:
        return "rtl" if RIGHT_TO_LEFT_SCRIPT.fullmatch(script) else "ltr"
    in_region = any(f"{first}-{part}" in RIGHT_TO_LEFT_REGIONS for part in others)
    if in_region or RIGHT_TO_LEFT_LANGUAGE.fullmatch(first):
        return "rtl"
    return "ltr"
