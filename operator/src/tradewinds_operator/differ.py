"""Whether a child must be written: what is declared against what is observed.

The API server adds defaults, spells quantities its own way and drops what is empty, so equality
says nothing. What we declared last is remembered as a hash on the object, which finds everything
that changed on our side, removals too; the comparison finds what somebody else changed.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from tradewinds_crds.canonical import digest
from tradewinds_crds.names import ANNOTATION_APPLIED
from tradewinds_operator.world import Resource

_LIST_KEYS: Final = ("uid", "mountPath", "name")  # by which lists that others may extend are kept
_SUFFIXES: Final = {
    "m": Decimal("0.001"),
    "": Decimal(1),
    **{suffix: Decimal(1000) ** power for power, suffix in enumerate("kMGTPE", 1)},
    **{f"{suffix}i": Decimal(1024) ** power for power, suffix in enumerate("KMGTPE", 1)},
}


def stamped(declared: Resource) -> dict[str, Any]:
    """Return a child with the hash of all that is declared in it."""
    metadata = declared["metadata"]
    annotations = {**metadata.get("annotations", {}), ANNOTATION_APPLIED: digest(declared)[:16]}
    return {**declared, "metadata": {**metadata, "annotations": annotations}}


def differs(stamped_child: Resource, observed: Resource | None) -> bool:
    """Tell whether applying a child, as `stamped` returned it, would change what is observed."""
    return observed is None or not _holds(stamped_child, observed)


def _holds(wanted: Any, found: Any) -> bool:
    if wanted in (None, "", [], {}):
        return found in (None, "", [], {}) or isinstance(found, dict)
    if isinstance(wanted, Mapping):
        return isinstance(found, Mapping) and all(
            _holds(value, found.get(name)) for name, value in wanted.items()
        )
    if isinstance(wanted, Sequence) and not isinstance(wanted, str):
        return isinstance(found, Sequence) and _list_holds(wanted, found)
    if isinstance(wanted, str) and isinstance(found, str) and wanted != found:
        return _is_same_quantity(wanted, found)
    return bool(wanted == found) and isinstance(wanted, bool) == isinstance(found, bool)


def _list_holds(wanted: Sequence[Any], found: Sequence[Any]) -> bool:
    key = _key_of(wanted)
    if key is None:
        return len(wanted) == len(found) and all(map(_holds, wanted, found))
    by_key = {one.get(key): one for one in found if isinstance(one, Mapping)}
    return all(_holds(one, by_key.get(one[key])) for one in wanted)


def _key_of(items: Sequence[Any]) -> str | None:
    for key in _LIST_KEYS:
        if all(isinstance(one, Mapping) and key in one for one in items):
            return key
    return None


def _is_same_quantity(one: str, other: str) -> bool:
    left, right = _quantity(one), _quantity(other)
    return left is not None and left == right


def _quantity(text: str) -> Decimal | None:
    number = text.rstrip("kKmMGTPEi")
    scale = _SUFFIXES.get(text[len(number) :])
    try:
        return None if scale is None else Decimal(number) * scale
    except InvalidOperation:
        return None
