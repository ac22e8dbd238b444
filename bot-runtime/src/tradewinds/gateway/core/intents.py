"""What an intent is: an order that a bot wants, under a key made from its cause.

The key is (Strategy, symbol, close of the deciding bar, ordinal): a bot that decides the same bar
again asks for the same order, not for a second one. Parsing refuses whatever is not exactly of
this form, so that nothing else reaches the core.
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tradewinds.engine.records import MOST_ADDS, MOST_STEPS
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

    def to_json(self) -> dict[str, Any]:
        return {"mode": self.mode, "value": self.value}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of take profit: where, and the share of the position that it closes."""

    at: Protection
    close: float


@dataclass(frozen=True, slots=True)
class Parts:
    """What a bracket has beyond one stop loss and one take profit.

    `start` is the gain from which the trailing stop follows, `even` that at which the stop loss
    moves to the entry, `offset` beyond it as a fraction; `age` is in bars, 0 for no time stop.
    """

    trail: Protection
    start: Protection
    even: Protection
    offset: float
    age: int
    steps: tuple[Step, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "trail": self.trail.to_json(),
            "from": self.start.to_json(),
            "even": self.even.to_json(),
            "offset": self.offset,
            "age": self.age,
            "steps": [{**step.at.to_json(), "close": step.close} for step in self.steps],
        }


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
    add: int = 0  # 0: it opens a position; n: it adds to one, by the n-th rule that does
    parts: Parts | None = None
    post_only: bool = False
    trigger: float = 0.0  # stop price of a stop-limit

    def to_json(self) -> dict[str, Any]:
        """Return it as a bot posts it; what was never said before is left out when it is not."""
        body = {
            "symbol": self.symbol,
            "ordinal": self.ordinal,
            "effect": self.effect,
            "side": self.side,
            "kind": self.kind,
            "lots": self.lots,
            "ticks": self.ticks,
            "validBars": self.valid_bars,
            "stop": self.stop.to_json(),
            "target": self.target.to_json(),
            "reason": self.reason,
        }
        if self.add:
            body["add"] = self.add
        if self.parts is not None:
            body["parts"] = self.parts.to_json()
        if self.post_only:
            body["postOnly"] = True
        if self.trigger:
            body["trigger"] = self.trigger
        return body

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
        add=_whole(body, "add", MOST_ADDS) if "add" in body else 0,
        parts=_parts(body["parts"]) if "parts" in body else None,
        post_only=_flag(body, "postOnly"),
        trigger=_price(body, "trigger"),
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


def _whole(body: Mapping[str, Any], field: str, most: int = MOST) -> int:
    value = body.get(field)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        up_to = "" if most == MOST else f" to {most}"
        raise BadIntentError(f"intent.{field} was {value!r}, expected a whole number from 0{up_to}")
    return value


def _flag(body: Mapping[str, Any], field: str) -> bool:
    value = body.get(field, False)
    if not isinstance(value, bool):
        raise BadIntentError(f"intent.{field} was {value!r}, expected true or false")
    return value


def _price(body: Mapping[str, Any], field: str) -> float:
    value = body.get(field, 0.0)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0.0 <= value < math.inf:
        raise BadIntentError(f"intent.{field} was {value!r}, expected a price")
    return float(value)


def _fraction(body: Mapping[str, Any], field: str) -> float:
    value = body.get(field)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
        raise BadIntentError(f"intent.parts.{field} was {value!r}, expected a number from 0 to 1")
    return float(value)


def _parts(body: Any) -> Parts:
    if not isinstance(body, Mapping):
        raise BadIntentError(f"intent.parts was {body!r}, expected an object")
    steps = body.get("steps")
    if not isinstance(steps, list) or len(steps) > MOST_STEPS:
        raise BadIntentError(
            f"intent.parts.steps was {steps!r}, expected at most {MOST_STEPS} steps"
        )
    return Parts(
        trail=_protection(body, "trail"),
        start=_protection(body, "from"),
        even=_protection(body, "even"),
        offset=_fraction(body, "offset"),
        age=_whole(body, "age"),
        steps=tuple(_step(step) for step in steps),
    )


def _step(body: Any) -> Step:
    at = _protection({"step": body}, "step")
    if at.value is None:
        raise BadIntentError(f"intent.parts.steps had {body!r}, expected a price or a distance")
    return Step(at, _fraction(body, "close"))


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
