"""Events as rows of the ledger and back, exactly.

A field is written under its name in camelCase; an intent's fields stand in the body itself, so
that a reader of the ledger sees an order and not a nesting. Tuples are lists, NaN is null. What
cannot be read stops the gateway: a ledger with an unknown event must not be traded on.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, Final

from tradewinds.gateway.core import events
from tradewinds.gateway.core.events import LedgerEvent
from tradewinds.gateway.core.intents import Intent, parse_intent
from tradewinds_store.records import Event, NewEvent

_ENVELOPE: Final = frozenset({"time", "strategy"})
_CLASSES: Final[Mapping[str, type[Any]]] = {
    one.kind: one
    for one in (
        events.WriterTaken,
        events.PlanRecorded,
        events.SessionGranted,
        events.OrderAccepted,
        events.IntentDenied,
        events.OrderPlaced,
        events.OrderRejected,
        events.OrderNotSent,
        events.OrderFilled,
        events.OrderCancelled,
        events.HaltSeen,
        events.HaltReleased,
        events.WatermarkMoved,
        events.PositionAdopted,
        events.FundingPaid,
    )
}
_SINCE: Final[Mapping[str, Any]] = {"rest": 0, "lived_through": 0}  # not in older ledgers
_JSON_NAMES: Final = {"fill": "kind"}  # a fill's kind; the event's own stands in the row


class UnreadableEventError(Exception):
    """An event of the ledger is not one that this gateway knows."""


def encode(event: LedgerEvent) -> NewEvent:
    """Return the row of an event."""
    body: dict[str, Any] = {}
    for field in fields(event):
        value = getattr(event, field.name)
        if isinstance(value, Intent):
            body |= value.to_json()
        elif field.name not in _ENVELOPE:
            body[_camel(field.name)] = _plain(value)
    return NewEvent(event.kind, event.time, event.strategy, event.unique, body)


def decode(row: Event | NewEvent) -> LedgerEvent:
    """Return the event of a row; `UnreadableEventError` names its kind and key."""
    kind = _CLASSES.get(row.kind)
    if kind is None:
        raise UnreadableEventError(
            f"an event of kind {row.kind!r} (key {row.key!r}) is unknown to this gateway; "
            "run a version that is at least as new as the one that wrote it"
        )
    try:
        values = {
            field.name: _value(field.name, row.body)
            for field in fields(kind)
            if field.name not in _ENVELOPE
        }
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableEventError(
            f"an event of kind {row.kind!r} (key {row.key!r}) has a body that cannot be read: "
            f"{type(error).__name__}: {error}"
        ) from error
    event: LedgerEvent = kind(time=row.time, strategy=row.strategy, **values)
    return event


def _value(name: str, body: Mapping[str, Any]) -> Any:
    if name == "intent":
        return parse_intent(body)
    if name in _SINCE and _camel(name) not in body:
        return _SINCE[name]
    value = body[_camel(name)]
    reader = _READERS.get(name)
    return value if reader is None else reader(value)


def _marks(value: Any) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(math.nan if x is None else float(x) for x in row) for row in value)


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "symbols": tuple,
    "instruments": tuple,
    "strategies": tuple,
    "marks": _marks,
}


def _plain(value: Any) -> Any:
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value


def _camel(name: str) -> str:
    head, *rest = _JSON_NAMES.get(name, name).split("_")
    return head + "".join(word.capitalize() for word in rest)
