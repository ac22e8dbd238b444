"""Order and fill rows in the words that pass between bot, gateway and ledger, both ways.

The engine speaks in rows of floats (engine/records.py), people and ledgers in JSON. Whole numbers
travel as integers, a missing value as null, and a symbol by its name, so that a row means the same
under another list of symbols.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from tradewinds.engine.account.apply import cash_change
from tradewinds.engine.errors import RowError
from tradewinds.engine.plan import Plan
from tradewinds.engine.records import (
    CANCEL,
    EFFECT_WORDS,
    ENTER,
    EXIT,
    FILL_EFFECT,
    FILL_FEE,
    FILL_KIND,
    FILL_LOTS,
    FILL_REST,
    FILL_SIDE,
    FILL_SIZE_OF,
    FILL_SYMBOL,
    FILL_TICKS,
    FUNDING,
    KIND_WORDS,
    LIMIT,
    MARKET,
    NO_PROTECTION,
    ORDER_ADD,
    ORDER_EFFECT,
    ORDER_KIND,
    ORDER_LOTS,
    ORDER_PARTS,
    ORDER_POST,
    ORDER_SIDE,
    ORDER_SIZE_OF,
    ORDER_STOP,
    ORDER_STOP_MODE,
    ORDER_SYMBOL,
    ORDER_TARGET,
    ORDER_TARGET_MODE,
    ORDER_TICKS,
    ORDER_TRIGGER,
    ORDER_VALID_BARS,
    PART_AGE,
    PART_EVEN,
    PART_EVEN_MODE,
    PART_EVEN_OFFSET,
    PART_FROM,
    PART_FROM_MODE,
    PART_SET,
    PART_STEP,
    PART_STEP_MODE,
    PART_STEP_SHARE,
    PART_STEP_SIZE_OF,
    PART_STEP_VALUE,
    PART_STEPS,
    PART_TRAIL,
    PART_TRAIL_MODE,
    PARTS_SIZE_OF,
    SELL,
    SIDE_WORDS,
    STOP,
    STOP_LIMIT,
)

MODE_WORDS: Final = ("none", "fraction", "distance", "price", "r")  # records.py, by number
ORDER_EFFECTS: Final = EFFECT_WORDS[1:]
ORDER_KINDS: Final = tuple(KIND_WORDS[kind] for kind in (MARKET, LIMIT, STOP, STOP_LIMIT))
ORDER_SIDES: Final = tuple(SIDE_WORDS.values())

_SIDES: Final = {word: float(side) for side, word in SIDE_WORDS.items()}
_KINDS: Final = {word: float(number) for number, word in enumerate(KIND_WORDS)}
_EFFECTS: Final = {word: float(number) for number, word in enumerate(EFFECT_WORDS)}
_MODES: Final = {word: float(number) for number, word in enumerate(MODE_WORDS)}

Row = list[float]


def order_json(plan: Plan, row: Sequence[float], ordinal: int, reason: str) -> dict[str, Any]:
    """Return an order row as an element of the `intents` that a bot posts.

    A cancel is a market order of no lots; its side is "buy" and means nothing.
    """
    cancel = row[ORDER_EFFECT] == CANCEL
    body = {
        "symbol": plan.symbols[int(row[ORDER_SYMBOL])],
        "ordinal": ordinal,
        "effect": EFFECT_WORDS[int(row[ORDER_EFFECT])],
        "side": ORDER_SIDES[0] if cancel else SIDE_WORDS[int(row[ORDER_SIDE])],
        "kind": KIND_WORDS[MARKET if cancel else int(row[ORDER_KIND])],
        "lots": 0 if cancel else int(row[ORDER_LOTS]),
        "ticks": 0 if cancel else int(row[ORDER_TICKS]),
        "validBars": 0 if cancel else int(row[ORDER_VALID_BARS]),
        "stop": _protection(row[ORDER_STOP_MODE], row[ORDER_STOP]),
        "target": _protection(row[ORDER_TARGET_MODE], row[ORDER_TARGET]),
        "reason": reason,
    }
    if row[ORDER_EFFECT] == ENTER and row[ORDER_ADD]:
        body["add"] = int(row[ORDER_ADD])
    if row[ORDER_EFFECT] == ENTER and row[ORDER_PARTS]:
        body["parts"] = _parts_json(row)
    if row[ORDER_EFFECT] == ENTER and row[ORDER_POST]:
        body["postOnly"] = True
    if row[ORDER_EFFECT] == ENTER and row[ORDER_TRIGGER]:
        body["trigger"] = row[ORDER_TRIGGER]
    return body


def order_row(plan: Plan, body: Mapping[str, Any]) -> Row:
    """Return the order row of an intent or of the body of an `order` event; its tag is 0.

    Raises `RowError` on a word or field that no row can hold, `PlanError` on an unknown symbol.
    """
    row = [0.0] * ORDER_SIZE_OF
    try:
        row[ORDER_SYMBOL] = float(plan.place(body["symbol"]))
        row[ORDER_EFFECT] = _EFFECTS[body["effect"]]
        row[ORDER_SIDE] = _SIDES[body["side"]]
        row[ORDER_KIND] = _KINDS[body["kind"]]
        row[ORDER_LOTS] = float(body["lots"])
        row[ORDER_TICKS] = float(body["ticks"])
        row[ORDER_VALID_BARS] = float(body["validBars"])
        row[ORDER_STOP_MODE], row[ORDER_STOP] = _mode_and_value(body["stop"])
        row[ORDER_TARGET_MODE], row[ORDER_TARGET] = _mode_and_value(body["target"])
        row[ORDER_ADD] = float(body.get("add", 0))
        if body.get("parts"):
            row[ORDER_PARTS:ORDER_POST] = _parts_row(body["parts"])
        row[ORDER_POST] = float(body.get("postOnly", False))
        row[ORDER_TRIGGER] = float(body.get("trigger", 0.0))
    except (KeyError, TypeError, ValueError) as error:
        raise _unreadable("order", body, error) from error
    return row


def fill_json(plan: Plan, row: Row) -> dict[str, Any]:
    """Return a fill row, or an entry's end without a fill, as a ledger and a bot read it.

    `cash` is for whoever trades the symbol no more and knows neither its tick nor its lot.
    """
    return {
        "symbol": plan.symbols[int(row[FILL_SYMBOL])],
        "effect": EFFECT_WORDS[int(row[FILL_EFFECT])],
        "side": SIDE_WORDS[int(row[FILL_SIDE])],
        "kind": KIND_WORDS[int(row[FILL_KIND])],
        "lots": int(row[FILL_LOTS]),
        "ticks": int(row[FILL_TICKS]),
        "fee": row[FILL_FEE],
        "cash": cash_change(row, 0, list(plan.terms)),
        "rest": int(row[FILL_REST]),
    }


def fill_row(plan: Plan, body: Mapping[str, Any]) -> Row:
    """Return the fill row in the body of a `fill` event; errors as those of `order_row`."""
    row = [0.0] * FILL_SIZE_OF
    try:
        row[FILL_SYMBOL] = float(plan.place(body["symbol"]))
        row[FILL_EFFECT] = _EFFECTS[body["effect"]]
        row[FILL_SIDE] = _SIDES[body["side"]]
        row[FILL_KIND] = _KINDS[body["kind"]]
        row[FILL_LOTS] = float(body["lots"])
        row[FILL_TICKS] = float(body["ticks"])
        row[FILL_FEE] = float(body["fee"])
        row[FILL_REST] = float(body.get("rest", 0))
    except (KeyError, TypeError, ValueError) as error:
        raise _unreadable("fill", body, error) from error
    return row


def funding_row(plan: Plan, body: Mapping[str, Any]) -> Row:
    """Return the row of the body of a `funding` event; errors as those of `order_row`."""
    row = [0.0] * FILL_SIZE_OF
    row[FILL_SYMBOL] = float(plan.place(body["symbol"]))
    row[FILL_EFFECT] = float(EXIT)
    row[FILL_SIDE] = float(SELL)
    row[FILL_KIND] = float(FUNDING)
    row[FILL_TICKS] = float(body["ticks"])
    row[FILL_FEE] = float(body["paid"])
    return row


def _parts_json(row: Sequence[float]) -> dict[str, Any]:
    parts = row[ORDER_PARTS:]
    steps = range(
        PART_STEP, PART_STEP + int(parts[PART_STEPS]) * PART_STEP_SIZE_OF, PART_STEP_SIZE_OF
    )
    return {
        "trail": _protection(parts[PART_TRAIL_MODE], parts[PART_TRAIL]),
        "from": _protection(parts[PART_FROM_MODE], parts[PART_FROM]),
        "even": _protection(parts[PART_EVEN_MODE], parts[PART_EVEN]),
        "offset": parts[PART_EVEN_OFFSET],
        "age": int(parts[PART_AGE]),
        "steps": [
            {
                **_protection(parts[at + PART_STEP_MODE], parts[at + PART_STEP_VALUE]),
                "close": parts[at + PART_STEP_SHARE],
            }
            for at in steps
        ],
    }


def _parts_row(body: Mapping[str, Any]) -> Row:
    parts = [0.0] * PARTS_SIZE_OF
    parts[PART_SET] = 1.0
    places = {"trail": PART_TRAIL_MODE, "from": PART_FROM_MODE, "even": PART_EVEN_MODE}
    for name, place in places.items():
        parts[place : place + 2] = _part(body[name])
    parts[PART_EVEN_OFFSET] = float(body["offset"])
    parts[PART_AGE] = float(body["age"])
    parts[PART_STEPS] = float(len(body["steps"]))
    for number, step in enumerate(body["steps"]):
        at = PART_STEP + number * PART_STEP_SIZE_OF
        parts[at : at + PART_STEP_SIZE_OF] = [*_part(step), float(step["close"])]
    return parts


def _part(protection: Mapping[str, Any]) -> Row:
    mode, value = _mode_and_value(protection)
    return [mode, 0.0 if math.isnan(value) else value]


def _protection(mode: float, value: float) -> dict[str, Any]:
    if int(mode) == NO_PROTECTION or math.isnan(value):
        return {"mode": MODE_WORDS[NO_PROTECTION], "value": None}
    return {"mode": MODE_WORDS[int(mode)], "value": value}


def _mode_and_value(protection: Mapping[str, Any]) -> tuple[float, float]:
    value = protection["value"]
    return _MODES[protection["mode"]], math.nan if value is None else float(value)


def _unreadable(what: str, body: Mapping[str, Any], error: Exception) -> RowError:
    return RowError(
        f"The {what} was {dict(body)!r}, which no row can hold ({type(error).__name__}: {error}). "
        "Bot and gateway must be of the same version"
    )
