"""One text for one value, so that hashes agree everywhere.

Maps lose their order in the API server, and every process reads the same objects: what is hashed,
compared or stored as text is canonical JSON. Floats are written by `repr`, which is exact and
short; NaN and infinities have no JSON and are refused.
"""

import hashlib
import json
from typing import Any


def canonical_json(value: Any) -> str:
    """Return JSON with sorted keys, no spaces and ASCII alone; ValueError on NaN."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    )


def digest(value: Any) -> str:
    """Return the SHA-256 of the value's canonical JSON, in hex."""
    return hashlib.sha256(canonical_json(value).encode("ascii")).hexdigest()
