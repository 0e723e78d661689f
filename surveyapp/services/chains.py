"""Hash chains: rows that say what they follow, so that one altered later gives itself away."""

import hashlib
import json
from typing import Any


def link(previous_hash: str, *content: Any) -> str:
    """Return the hash that chains content, anything that JSON can write, to what came before it."""
    return hashlib.sha256(json.dumps([previous_hash, *content], sort_keys=True).encode()).hexdigest()
