"""The portfolio step compiles under Numba as it is, and gives the same bits there."""

from __future__ import annotations

from array import array
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from given import HOUR, plan
from jitted import jitted
from lively_rules import holed
from random_rules import START

from tradewinds.engine.barsets import has_bar
from tradewinds.engine.fold import Fold
from tradewinds.engine.outcome.orderhash import OrderHash, ordinals
from tradewinds.engine.portfolio import rotate
from tradewinds.engine.records import INTENT_ACTION, INTENT_SIZE_OF
from tradewinds.engine.sources import decider_from

if TYPE_CHECKING:
    from tradewinds.engine.plan import Plan

NAMES = ("BTC/USDT", "ETH/USDT", "SOL/USDT", "XRP/USDT")
ROTATE = jitted(rotate)


def manifest(seed: int) -> dict[str, Any]:
    chance = Random(seed)  # noqa: S311  # a manifest, no secret
    hold = chance.choice([1, 2, 3])
    portfolio = {
        "rebalance": chance.choice(["everyBar", "daily"]),
        "rank": chance.choice(["close / close[3]", "rsi(close, 4)", "close - sma(close, 5)"]),
        "eligible": chance.choice(["close > 0", "close > sma(close, 4)"]),
        "hold": hold,
        "keepUntilRank": chance.choice([hold, hold + 1]),
        "weights": chance.choice(["Equal", "Score", "InverseVolatility"]),
        "exposure": chance.choice(["100%", "80%"]),
        "minTrade": chance.choice(["0%", "2%"]),
    }
    bracket = {"stopLoss": {"by": "2%"}} if chance.random() < 0.5 else None
    return {"sizing": None, "rules": {"portfolio": portfolio}, "bracket": bracket}


def made(spec: dict[str, Any], on: Plan) -> Fold:
    return Fold(on, decider_from(spec, on), start=START)


def killed_at_every_bar(spec: dict[str, Any], on: Plan, sets: Any) -> tuple[str, int]:
    fold, hashed, count = made(spec, on), OrderHash(on.symbols), 0
    for time, bars in sets:
        for row in fold.match(time, bars):
            hashed.fill(time - HOUR, row)
        orders = fold.decide(time, bars)
        count += len(orders)
        for order, ordinal in zip(orders, ordinals(orders), strict=True):
            hashed.order(time, order, ordinal)
            fold.book.accept(order)
        state = fold.state_bytes()
        assert state is not None
        fold = made(spec, on)
        fold.restore(state)
    return hashed.hexdigest(), count


def lived(spec: dict[str, Any], on: Plan, sets: Any) -> str:
    fold, hashed = made(spec, on), OrderHash(on.symbols)
    state = np.array(fold.portfolio.state)
    out, settings = np.zeros(len(NAMES) * INTENT_SIZE_OF), np.array(fold.portfolio.settings)
    for time, bars in sets:
        for row in fold.match(time, bars):
            hashed.fill(time - HOUR, row)
        orders = fold.decide(time, bars)
        book = fold.book
        n = sum(has_bar(bars, symbol) for symbol in range(len(NAMES))) if fold.decides else 0
        shape = (np.array(book.state), book.stride, len(NAMES), np.array(book.terms))
        constants = (time - HOUR, book.equity(), settings, state, out)
        m = ROTATE(np.array(fold.decider.intents), n, *shape, *constants)
        assert state.tobytes() == array("d", fold.portfolio.state).tobytes()
        kept = np.array(fold.portfolio.intents[: m * INTENT_SIZE_OF])
        out[INTENT_ACTION::INTENT_SIZE_OF] = kept[INTENT_ACTION::INTENT_SIZE_OF] = 0.0  # served
        assert out[: m * INTENT_SIZE_OF].tobytes() == kept.tobytes()
        for order, ordinal in zip(orders, ordinals(orders), strict=True):
            hashed.order(time, order, ordinal)
            book.accept(order)
    return hashed.hexdigest()


@pytest.mark.parametrize("seed", range(12))
def test_portfolios_agree_with_numba_and_with_a_bot_that_dies_at_every_bar(seed: int) -> None:
    spec = manifest(seed)
    on = plan(*NAMES, warmup="1 bar", **spec)
    sets = holed(seed, len(NAMES), 90)
    hashed, orders = killed_at_every_bar(spec, on, sets)
    assert hashed == lived(spec, on, sets)
    assert orders > 0
