"""What an unquoted YAML scalar means to kubectl.

kubectl reads YAML by Go's rules, PyYAML by others: PyYAML takes `14:30` for 870, `2023-03-01` for
a date and `1e3` for text. Here are Go's, so that a file means the same on a laptop and on a
cluster. A parity test holds them against kubectl itself.
"""

import math
import re
from typing import Final

_NULLS: Final = frozenset(("", "~", "null", "Null", "NULL"))
_WORDS: Final[dict[str, bool]] = {
    form: meaning
    for meaning, words in ((True, ("y", "yes", "true", "on")), (False, ("n", "no", "false", "off")))
    for word in words
    for form in (word, word.capitalize(), word.upper())
}
_INFINITIES: Final = re.compile(r"[-+]?\.(inf|Inf|INF)")
_NANS: Final = frozenset((".nan", ".NaN", ".NAN"))
_RADIX: Final = re.compile(
    r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]([0-7]+)|0([0-7]+)|([0-9]+))"
)
_RADIX_BASES: Final = (16, 2, 8, 8, 10)
_LOOSE: Final = re.compile(r"(?<![0-9])_|_(?![0-9])")  # an underscore that parts no digits
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_LARGEST_INTEGER: Final = 2**63

Plain = str | int | float | bool | None


def read_plain(text: str) -> Plain:
    """Return what an unquoted scalar means: text, a number, true, false or null."""
    if text in _NULLS:
        return None
    if text in _WORDS:
        return _WORDS[text]
    if text in _NANS:
        return math.nan
    if _INFINITIES.fullmatch(text):
        return -math.inf if text.startswith("-") else math.inf
    if text[0] not in "+-.0123456789":
        return text
    if text[0] == "." and _LOOSE.search(text):  # only there does kubectl mind
        return text
    return _number(text.replace("_", ""), text)


def _number(digits: str, text: str) -> Plain:
    radix = _RADIX.fullmatch(digits)
    if radix is not None:
        sign, *groups = radix.groups()
        value = next(
            int(group, base)
            for group, base in zip(groups, _RADIX_BASES, strict=True)
            if group is not None
        )
        return _fitting(-value if sign == "-" else value)
    if _FLOAT.fullmatch(digits):
        return text if math.isinf(float(digits)) else _short(float(digits))
    return text


def _fitting(value: int) -> int | float:
    if -_LARGEST_INTEGER <= value < _LARGEST_INTEGER:
        return value
    return float(value)


def _short(value: float) -> int | float:
    if value.is_integer() and abs(value) < _LARGEST_INTEGER:
        return int(value)
    return value
