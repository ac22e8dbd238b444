"""What an intent is: an order that a bot wants, under a key made from its cause.

The key is (Strategy, symbol, close of the deciding bar, ordinal): a bot that decides the same bar
again asks for the same order, not for a second one. Parsing refuses whatever is not exactly of
this form, so that nothing else reaches the core.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tradewinds.venues.wire import MODE_WORDS, ORDER_EFFECTS, ORDER_KINDS, ORDER_SIDES
from tradewinds_crds.canonical import digest

MOST: Final = 2**53  # lots and ticks stay whole numbers in a float up to here


class BadIntentError(ValueError):
    """A posted intent is malformed: which field, what it was, what was expected."""


@dataclass(frozen=True, slots=True)
class Protection:
    """A stop loss or take profit that an entry carries: a mode and its value."""

    mode: str
    value: float | None


@dataclass(frozen=True, slots=True)
class Intent:
    """One order that a bot wants, in whole lots and ticks."""

    symbol: str
    ordinal: int
    effect: str
    side: str
    kind: str
    lots: int
    ticks: int
    valid_bars: int
    stop: Protection
    target: Protection
    reason: str

    def to_json(self) -> dict[str, Any]:
        return {
            "symbol": self.symbol,
            "ordinal": self.ordinal,
            "effect": self.effect,
            "side": self.side,
            "kind": self.kind,
            "lots": self.lots,
            "ticks": self.ticks,
            "validBars": self.valid_bars,
            "stop": {"mode": self.stop.mode, "value": self.stop.value},
            "target": {"mode": self.target.mode, "value": self.target.value},
            "reason": self.reason,
        }

    def content(self) -> str:
        """Return the digest that tells the same intent from another one under its key."""
        return digest(self.to_json())[:32]


NO_PROTECTION: Final = Protection(MODE_WORDS[0], None)


def parse_intent(body: Any) -> Intent:
    """Read an intent; `BadIntentError` names the field that is not as it should be."""
    if not isinstance(body, Mapping):
        raise BadIntentError(f"an intent was {body!r}, expected an object")
    return Intent(
        symbol=_text(body, "symbol"),
        ordinal=_whole(body, "ordinal"),
        effect=_word(body, "effect", ORDER_EFFECTS),
        side=_word(body, "side", ORDER_SIDES),
        kind=_word(body, "kind", ORDER_KINDS),
        lots=_whole(body, "lots"),
        ticks=_whole(body, "ticks"),
        valid_bars=_whole(body, "validBars"),
        stop=_protection(body, "stop"),
        target=_protection(body, "target"),
        reason=_text(body, "reason"),
    )


def intent_key(strategy: str, symbol: str, decided: int, ordinal: int | str) -> str:
    """Return the key of an intent: its cause, unique in the account's ledger."""
    return f"{strategy}|{symbol}|{decided}|{ordinal}"


def client_id(key: str) -> str:
    """Return the venue's client order id: 128 bits of the key's SHA-256, in hex."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _text(body: Mapping[str, Any], field: str) -> str:
    value = body.get(field)
    if not isinstance(value, str) or not _storable(value):
        raise BadIntentError(f"intent.{field} was {value!r}, expected text")
    return value


def _storable(value: str) -> bool:
    """Whether every ledger takes the text; at one that it does not take the gateway would end."""
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
    return "\0" not in value


def _word(body: Mapping[str, Any], field: str, words: tuple[str, ...]) -> str:
    value = body.get(field)
    if value not in words:
        raise BadIntentError(f"intent.{field} was {value!r}, expected one of {', '.join(words)}")
    return str(value)


def _whole(body: Mapping[str, Any], field: str) -> int:
    value = body.get(field)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST:
        raise BadIntentError(f"intent.{field} was {value!r}, expected a whole number from 0")
    return value


def _protection(body: Mapping[str, Any], field: str) -> Protection:
    protection = body.get(field)
    if not isinstance(protection, Mapping) or protection.get("mode") not in MODE_WORDS:
        raise BadIntentError(
            f"intent.{field} was {protection!r}, "
            f"expected {{mode, value}} with a mode of {', '.join(MODE_WORDS)}"
        )
    mode, value = protection["mode"], protection.get("value")
    if mode == MODE_WORDS[0]:
        return NO_PROTECTION
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= MOST:
        raise BadIntentError(
            f"intent.{field}.value was {value!r}, expected a number above 0 and at most 2**53"
        )
    return Protection(mode, float(value))
