"""The joint step compiles under Numba as it is, and a bot that dies at every bar does the same."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest
from given import HOUR, plan
from jitted import jitted
from lively_rules import holed
from random_rules import START

from tradewinds.engine.book import Book
from tradewinds.engine.fold import Fold
from tradewinds.engine.instruments import Costs
from tradewinds.engine.joint import Joint
from tradewinds.engine.joint.expand import expand
from tradewinds.engine.joint.layout import MISSING_WORDS
from tradewinds.engine.joint.share import share
from tradewinds.engine.outcome.orderhash import OrderHash, ordinals
from tradewinds.engine.records import INTENT_SIZE_OF
from tradewinds.engine.sources import decider_from

NAMES = ("BTC/USDT:USDT", "ETH/USDT:USDT", "SOL/USDT:USDT")
COSTS = Costs(maker=0.0005, taker=0.001, slippage=0.0003)
EXPAND, SHARE = jitted(expand), jitted(share)
Sets = list[tuple[int, list[float]]]


def manifest(seed: int) -> dict[str, Any]:
    chance = Random(seed)  # noqa: S311  # a manifest, no secret
    names = chance.sample(NAMES, chance.choice([2, 3]))
    legs = [{"symbol": names[0], "ratio": chance.choice([1, 0.7])}]
    legs += [{"symbol": name, "ratio": chance.choice([1, -1, -2.5])} for name in names[1:]]
    other = names[1]
    sides = {
        "long": {"entry": f'close > close("{other}")', "exit": "bars_in_trade >= p"},
        "short": {"entry": f'close < sma(close("{other}"), 2)', "exit": "close > average_price"},
    }
    rules = {"joint": {"legs": legs}, "parameters": {"p": chance.choice([1, 4])}, **sides}
    stops = ({"stopLoss": {"by": "1%"}}, {"trailingStop": {"by": "2%"}}, None)
    pause = {"cooldown": {"pause": "2 bars"}} if chance.random() < 0.3 else {}
    sizing = chance.choice([{"equity": "50%"}, {"equity": "100%"}, {"quote": "700 USDT"}])
    return {"rules": rules, "bracket": chance.choice(stops), "protections": pause, "sizing": sizing}


class Checked(Joint):
    """Does each step in CPython and in compiled code, and expects the same numbers."""

    def expand(self, intents: list[float], n: int, book: Book) -> int:
        out = np.zeros(len(self.intents))
        shape = (np.array(book.state), book.stride, self.legs, np.array(self.settings))
        compiled = EXPAND(np.array(intents), n, *shape, out)
        m = super().expand(intents, n, book)
        assert (m, figures(self.intents, m)) == (compiled, figures(out, m))
        return m

    def share(self, intents: list[float], n: int, book: Book, sizing: tuple[int, float]) -> int:
        rows = np.array(intents)
        buffers = (np.array(each) for each in (book.state, book.account, book.terms))
        shape = (*buffers, book.stride, book.symbols, book.equity(), *sizing)
        compiled = SHARE(rows, n, *shape, self.legs, np.array(self.settings))
        m = super().share(intents, n, book, sizing)
        assert (m, figures(intents, m)) == (compiled, figures(rows, m))
        return m


def figures(rows: Any, n: int) -> bytes:
    return np.array(rows[: n * INTENT_SIZE_OF]).tobytes()


def made(spec: dict[str, Any]) -> Fold:
    large = spec["sizing"] == {"equity": "100%"}
    costs = replace(COSTS, max_volume_share=0.2) if large else COSTS  # large ones fill in part
    on = plan(*NAMES, costs=costs, warmup="1 bar", **spec)
    return Fold(on, decider_from(spec, on), start=START)


def backtest(spec: dict[str, Any], sets: Sets) -> tuple[str, set[str]]:
    fold, hashed, reasons = made(spec), OrderHash(NAMES), set()
    fold.joint = Checked(fold.plan.joint)
    for time, bars in sets:
        for row in fold.match(time, bars):
            hashed.fill(time - HOUR, row)
        orders = fold.decide(time, bars)
        for order, ordinal in zip(orders, ordinals(orders), strict=True):
            hashed.order(time, order, ordinal)
            reasons.add(fold.reason(order))
            fold.book.accept(order)
    return hashed.hexdigest(), reasons


def bot(spec: dict[str, Any], sets: Sets) -> str:
    """Fold beside the gateway's book, dying after every bar set."""
    fold, hashed = made(spec), OrderHash(NAMES)
    gateway = Book(fold.plan)
    for time, bars in sets:
        for row in gateway.copy().match(bars):
            gateway.apply_fill(row)
            hashed.fill(time - HOUR, row)
            fold.applied(row)
        gateway.mark(bars)
        orders = fold.decide(time, bars)
        for order, ordinal in zip(orders, ordinals(orders), strict=True):
            gateway.accept(order)
            hashed.order(time, order, ordinal)
            fold.book.accept(order)
        state = fold.state_bytes()
        assert state is not None
        fold = made(spec)
        fold.restore(state)
    return hashed.hexdigest()


@pytest.mark.parametrize("seed", range(8))
def test_legs_agree_with_numba_and_with_a_bot_that_dies_at_every_bar(seed: int) -> None:
    spec, sets = manifest(seed), holed(seed, len(NAMES), 90)
    hashed, reasons = backtest(spec, sets)
    assert hashed == bot(spec, sets)
    assert MISSING_WORDS in reasons
    assert len(reasons) > 2
