"""Random markets and random traders, for properties that hold whatever they do.

They are drawn as a seed: hypothesis drawing each price by itself takes longer than the runs.
"""

from __future__ import annotations

import math
from random import Random
from typing import TYPE_CHECKING

from given import HOUR, bars, parts
from hypothesis import strategies as st

from tradewinds.engine.records import (
    AT_PRICE,
    BUY,
    BY_DISTANCE,
    BY_FRACTION,
    BY_R,
    CANCEL,
    ENTER,
    EXIT,
    LIMIT,
    MARKET,
    NO_PROTECTION,
    PARTS_SIZE_OF,
    POSITION_SIZE_OF,
    SELL,
    SIZE_EQUITY,
    SIZE_LAST,
    SIZE_QUANTITY,
    SIZE_QUOTE,
    SIZE_RISK,
    STOP,
    STOP_LIMIT,
)

_seeds = st.integers(min_value=0, max_value=2**32)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradewinds.engine.book import Book, Row

    Candle = tuple[float, float, float, float] | None


def _price(chance: Random) -> float:
    return chance.randint(800, 1200) / 10


def _candle(chance: Random) -> Candle:
    if chance.random() < 0.1:
        return None
    four = [_price(chance) for _ in range(4)]
    return (four[0], max(four), min(four), four[1])


def _market(seed: int, symbols: int, length: int) -> list[list[float]]:
    chance = Random(seed)  # noqa: S311  # a market, no secret
    first = bars(*[(100.0, 101.0, 99.0, 100.0)] * symbols)
    return [first, *(bars(*[_candle(chance) for _ in range(symbols)]) for _ in range(length))]


def markets(symbols: int, longest: int = 30) -> st.SearchStrategy[list[list[float]]]:
    """Return bar sets around 100; the first has no gap, so that every price is known."""
    return st.builds(_market, _seeds, st.just(symbols), st.integers(1, longest))


def _protection(chance: Random, *others: tuple[int, float]) -> tuple[int, float]:
    return chance.choice(
        [
            (NO_PROTECTION, math.nan),
            (BY_FRACTION, chance.choice([0.01, 0.05])),
            (BY_DISTANCE, chance.choice([0.5, 3.0])),
            (AT_PRICE, _price(chance)),
            *others,
        ]
    )


def _intention(chance: Random, symbols: int) -> Row:
    kind = chance.choice([MARKET, LIMIT, STOP, STOP_LIMIT])
    trigger = _price(chance) if kind == STOP_LIMIT else 0.0
    head = (
        chance.randrange(symbols),
        chance.choice([ENTER, ENTER, ENTER, EXIT, CANCEL]),
        chance.choice([BUY, SELL]),
        kind,
        math.nan if kind == MARKET else _price(chance),
        0 if kind == MARKET else chance.randrange(4),
    )
    sized = chance.choice(
        [
            (SIZE_EQUITY, 0.5),
            (SIZE_QUOTE, 300.0),
            (SIZE_QUANTITY, 2.5),
            (SIZE_RISK, 0.02),
            (SIZE_LAST, 1.5),
        ]
    )
    protections = (*_protection(chance), *_protection(chance, (BY_R, 2.0)))
    priority = chance.choice([math.nan, 1.0, 2.0])
    add = chance.choice([0, 0, 1, 2])
    plain = [float(field) for field in (*head, *sized, *protections, 0, priority, add)]
    more = _parts(chance) if chance.random() < 0.5 else []
    return [*plain, *more, *[0.0] * (PARTS_SIZE_OF - len(more)), trigger]


def _parts(chance: Random) -> list[float]:
    gains = [(NO_PROTECTION, 0.0), (BY_FRACTION, 0.02), (BY_R, 1.0)]
    steps = [
        (*_protection(chance, (BY_R, 1.5)), chance.choice([0.25, 0.333, 0.5]))
        for _ in range(chance.randrange(4))
    ]
    return parts(
        *steps,
        trail=chance.choice([(NO_PROTECTION, 0.0), (BY_FRACTION, 0.03), (BY_DISTANCE, 2.0)]),
        follows=chance.choice(gains),
        even=chance.choice(gains),
        offset=chance.choice([0.0, 0.001]),
        age=chance.choice([0, 0, 1, 4]),
    )


def _script(seed: int, symbols: int, length: int) -> list[list[Row]]:
    chance = Random(seed)  # noqa: S311  # a market, no secret
    return [
        [_intention(chance, symbols) for _ in range(chance.randrange(4))] for _ in range(length)
    ]


def scripts(symbols: int, longest: int = 31) -> st.SearchStrategy[list[list[Row]]]:
    """Return the intentions of each close, of any kind, sound or not."""
    return st.builds(_script, _seeds, st.just(symbols), st.just(longest))


class Script:
    """A decider that wants what it was told to want at each close."""

    flat = True
    stride = POSITION_SIZE_OF
    warmup = 1

    def __init__(self, batches: Sequence[Sequence[Row]]) -> None:
        self._batches = batches
        self._next = 0
        self.identity: dict[str, object] = {"code": "script"}
        self.intents: list[float] = []

    def bind(self, book: Book) -> None:
        """Need nothing of the book."""

    def decide(self, time: int, bars: list[float], *, deciding: bool) -> int:  # noqa: ARG002  # a port
        """Return the next batch."""
        batch = self._batches[self._next] if self._next < len(self._batches) else []
        self._next += 1
        self.intents = [field for row in batch for field in row]
        return len(batch) if deciding else 0

    def filled(self, row: Row) -> None:
        """Need not hear of fills."""

    def reason(self, tag: int) -> str:  # noqa: ARG002  # a port
        """Return the only reason."""
        return "script"

    def stop(self) -> None:
        """Have nothing to end."""


def timed(market: Sequence[list[float]]) -> list[tuple[int, list[float]]]:
    """Return bar sets with their close times, hour by hour."""
    return [((i + 1) * HOUR, bars) for i, bars in enumerate(market)]
