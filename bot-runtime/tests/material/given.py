"""What the engine's tests are given: plans, bars and scripted strategies, in few words."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from tradewinds.engine.barsets import empty, place
from tradewinds.engine.instruments import Costs, Instrument
from tradewinds.engine.plan import Plan, plan_from
from tradewinds.engine.records import (
    BUY,
    CANCEL,
    ENTER,
    EXIT,
    LIMIT,
    MARKET,
    NO_PROTECTION,
    PARTS_SIZE_OF,
    SELL,
    SIZE_EQUITY,
    STOP,
    STOP_LIMIT,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tradewinds.engine.book import Row
    from tradewinds.engine.plan import Rates

HOUR = 3_600_000
CANDLE = ("open", "high", "low", "close")
FREE = Costs(0.0, 0.0, 0.0)
SPOT = "BTC/USDT"
PERPETUAL = "BTC/USDT:USDT"
KINDS = {"market": MARKET, "limit": LIMIT, "stop": STOP, "stopLimit": STOP_LIMIT}
SIDES = {"buy": BUY, "sell": SELL}
NONE = (NO_PROTECTION, math.nan)
EFFECTS = {"enter": ENTER, "exit": EXIT, "cancel": CANCEL}


def plan(
    *symbols: str,
    costs: Costs = FREE,
    tick: str = "0.1",
    lot: str = "0.001",
    minimum: str = "5",
    rates: Mapping[str, Rates] | None = None,
    **spec: Any,
) -> Plan:
    """Return a plan of 1000 USDT on hourly bars; grid and costs are round unless said.

    With stored funding `rates`, the costs pay them.
    """
    names = symbols or (SPOT,)
    figures = (Decimal(tick), Decimal(lot), Decimal(minimum))
    base = {
        "symbols": list(names),
        "timeframe": "1h",
        "capital": "1000 USDT",
        "sizing": {"equity": "50%"},
    }
    instruments = [Instrument(name, *figures) for name in names]
    if rates:
        costs = replace(costs, funding=0.0, stored_funding=True)
    return plan_from({**base, **spec}, instruments, costs, name="test", uid="uid-1", rates=rates)


def some_rates(seed: int, start: int, hours: int, *symbols: str) -> dict[str, Rates]:
    """Return random funding rates: by the hour or more rarely, between closes, some unmarked."""
    chance = Random(seed)  # noqa: S311  # a market, no secret
    found = {}
    for symbol in symbols:
        rows: list[tuple[float, float, float]] = []
        time = start + chance.randrange(9) * HOUR
        while time <= start + hours * HOUR or not rows:
            mark = chance.choice((math.nan, chance.uniform(50.0, 150.0)))
            rows.append((float(time), chance.choice((0.0, chance.gauss(0.0, 0.002))), mark))
            time += chance.choice((HOUR, HOUR // 4, 4 * HOUR, 8 * HOUR, 8 * HOUR, 40 * HOUR))
        found[symbol] = tuple(rows)
    return found


def bars(*rows: Sequence[float] | None) -> list[float]:
    """Return a bar set of (open, high, low, close) for each symbol, None for a gap.

    A fifth figure is the volume, in base currency; it is 1 unless said.
    """
    flat = empty(len(rows))
    for symbol, row in enumerate(rows):
        if row is not None:
            place(flat, symbol, (*row, 1.0)[: len(CANDLE) + 1])
    return flat


def order(
    effect: str = "enter",
    side: str = "buy",
    kind: str = "market",
    lots: int = 1000,
    ticks: int = 0,
    *,
    symbol: int = 0,
    valid: int = 0,
    stop: tuple[int, float] = (NO_PROTECTION, 0.0),
    target: tuple[int, float] = (NO_PROTECTION, 0.0),
    add: int = 0,
    parts: Sequence[float] = (),
    post: bool = False,
    trigger: float = 0.0,
) -> list[float]:
    """Return an order row."""
    head = (symbol, EFFECTS[effect], SIDES[side], KINDS[kind], lots, ticks, valid)
    plain = [float(field) for field in (*head, *stop, *target, 0, add)]
    return [*plain, *parts, *[0.0] * (PARTS_SIZE_OF - len(parts)), float(post), trigger]


def wish(
    action: int = ENTER,
    side: int = BUY,
    *,
    symbol: int = 0,
    kind: int = MARKET,
    price: float = math.nan,
    sized: tuple[int, float] = (SIZE_EQUITY, 0.5),
    stop: tuple[int, float] = NONE,
    target: tuple[int, float] = NONE,
    priority: float = math.nan,
    add: int = 0,
    parts: Sequence[float] = (),
    trigger: float = 0.0,
) -> Row:
    head = (symbol, action, side, kind, price, 0)
    plain = [float(field) for field in (*head, *sized, *stop, *target, 0, priority, add)]
    return [*plain, *parts, *[0.0] * (PARTS_SIZE_OF - len(parts)), trigger]


def parts(
    *steps: tuple[int, float, float],
    trail: tuple[int, float] = (NO_PROTECTION, 0.0),
    follows: tuple[int, float] = (NO_PROTECTION, 0.0),
    even: tuple[int, float] = (NO_PROTECTION, 0.0),
    offset: float = 0.0,
    age: int = 0,
) -> list[float]:
    """Return the further parts of a bracket; a step is (mode, value, share)."""
    fields = (1, *trail, *follows, *even, offset, age, len(steps))
    return [float(field) for field in (*fields, *(each for step in steps for each in step))]
