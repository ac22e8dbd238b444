"""Keeps what happens in a run, bar set by bar set, and makes the results of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tradewinds.engine.orderhash import OrderHash, ordinals
from tradewinds.engine.records import (
    BAR_SIZE,
    CLOSE,
    EFFECT_WORDS,
    ENTER,
    EXIT,
    FILL_EFFECT,
    FILL_FEE,
    FILL_KIND,
    FILL_LOTS,
    FILL_SIDE,
    FILL_SYMBOL,
    FILL_TICKS,
    KIND_WORDS,
    LOT,
    MARKET,
    OPEN,
    ORDER_EFFECT,
    ORDER_KIND,
    ORDER_LOTS,
    ORDER_SIDE,
    ORDER_SYMBOL,
    ORDER_TICKS,
    SIDE_WORDS,
    TERMS_SIZE_OF,
    TICK,
)
from tradewinds.engine.results import Curve, FillLine, OrderLine, Run, Trade
from tradewinds.engine.units import from_units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradewinds.engine.book import Row
    from tradewinds.engine.fold import Fold


@dataclass(slots=True)
class Watched:
    """What was seen of one symbol since the start."""

    first_open: float = math.nan
    last_close: float = math.nan
    first_time: int = 0
    last_time: int = 0
    bars: int = 0


class Recorder:
    """Watches a fold from its start on."""

    def __init__(self, fold: Fold) -> None:
        self._fold = fold
        self._plan = fold.plan
        self._part = fold.plan.capital / len(fold.plan.symbols)
        self._orders: list[OrderLine] = []
        self._fills: list[FillLine] = []
        self._trades: list[Trade] = []
        self._open: dict[int, int] = {}
        self._reasons: dict[tuple[int, float], str] = {}
        self._watched = [Watched() for _ in fold.plan.symbols]
        self._times: list[int] = []
        self._equity: list[float] = []
        self._held: list[float] = []
        self._exposed = 0
        self._first_decision: int | None = None
        self._hash = OrderHash(fold.plan.symbols)

    def bar_set(
        self, time: int, bars: list[float], fills: Sequence[Row], orders: Sequence[Row]
    ) -> None:
        """Take a bar set with the fills inside it and the orders decided at its close."""
        opened = time - self._plan.timeframe_ms
        if opened < self._fold.start:
            return
        for row in fills:
            self._fill(opened, row)
        for row, ordinal in zip(orders, ordinals(orders), strict=True) if orders else ():
            self._order(time, row, ordinal)
        if self._first_decision is None and self._fold.decides:
            self._first_decision = time
        self._times.append(time)
        self._equity.append(self._fold.book.equity())
        self._held.append(self._watch(opened, bars))
        self._exposed += not self._fold.book.flat

    def run(self) -> Run:
        """Return the results."""
        for symbol, trade in self._open.items():
            self._trades[trade] = self._marked(symbol, self._trades[trade])
        return Run(
            plan=self._plan,
            start=self._fold.start,
            warmup=self._fold.warmup,
            first_decision=self._first_decision,
            bars=sum(seen.bars for seen in self._watched),
            gaps=sum(self._missing(seen) for seen in self._watched),
            orders=self._orders,
            fills=self._fills,
            trades=self._trades,
            curve=Curve(self._times, self._equity, self._held, self._exposed),
            order_hash=self._hash.hexdigest(),
        )

    def _watch(self, opened: int, bars: list[float]) -> float:
        total = 0.0
        for symbol, seen in enumerate(self._watched):
            close = bars[symbol * BAR_SIZE + CLOSE]
            if not math.isnan(close):
                if seen.bars == 0:
                    seen.first_open = bars[symbol * BAR_SIZE + OPEN]
                    seen.first_time = opened
                seen.bars += 1
                seen.last_close = close
                seen.last_time = opened
            growth = seen.last_close / seen.first_open if seen.bars else 1.0
            total += self._part * growth
        return total

    def _missing(self, seen: Watched) -> int:
        if seen.bars == 0:
            return 0
        return (seen.last_time - seen.first_time) // self._plan.timeframe_ms + 1 - seen.bars

    def _order(self, time: int, row: Row, ordinal: int) -> None:
        symbol = int(row[ORDER_SYMBOL])
        self._hash.order(time, row, ordinal)
        reason = self._fold.reason(row)
        self._reasons[symbol, row[ORDER_EFFECT]] = reason
        self._orders.append(
            OrderLine(
                time=time,
                symbol=self._plan.symbols[symbol],
                ordinal=ordinal,
                effect=EFFECT_WORDS[int(row[ORDER_EFFECT])],
                side=SIDE_WORDS[int(row[ORDER_SIDE])],
                kind=KIND_WORDS[int(row[ORDER_KIND])],
                lots=int(row[ORDER_LOTS]),
                ticks=int(row[ORDER_TICKS]),
                reason=reason,
            )
        )

    def _fill(self, opened: int, row: Row) -> None:
        if row[FILL_LOTS] == 0.0:
            return
        symbol = int(row[FILL_SYMBOL])
        term = symbol * TERMS_SIZE_OF
        self._hash.fill(opened, row)
        fill = FillLine(
            time=opened,
            symbol=self._plan.symbols[symbol],
            effect=EFFECT_WORDS[int(row[FILL_EFFECT])],
            side=SIDE_WORDS[int(row[FILL_SIDE])],
            kind=KIND_WORDS[int(row[FILL_KIND])],
            lots=int(row[FILL_LOTS]),
            ticks=int(row[FILL_TICKS]),
            quantity=from_units(row[FILL_LOTS], self._fold.book.terms[term + LOT]),
            price=from_units(row[FILL_TICKS], self._fold.book.terms[term + TICK]),
            fee=row[FILL_FEE],
        )
        self._fills.append(fill)
        if row[FILL_EFFECT] == ENTER:
            self._open[symbol] = len(self._trades)
            self._trades.append(self._entered(symbol, fill))
        else:
            trade = self._open.pop(symbol)
            self._trades[trade] = self._left(symbol, self._trades[trade], fill)

    def _entered(self, symbol: int, fill: FillLine) -> Trade:
        return Trade(
            symbol=fill.symbol,
            side="long" if fill.side == "buy" else "short",
            lots=fill.lots,
            quantity=fill.quantity,
            entry_time=fill.time,
            entry_price=fill.price,
            exit_time=None,
            exit_price=None,
            profit=-fill.fee,
            fees=fill.fee,
            bars=0,
            exit=None,
            reason=self._reasons.get((symbol, ENTER), ""),
            exit_reason=None,
        )

    def _left(self, symbol: int, trade: Trade, fill: FillLine) -> Trade:
        by_order = fill.kind == KIND_WORDS[MARKET]
        return replace(
            trade,
            exit_time=fill.time,
            exit_price=fill.price,
            profit=trade.profit + _gain(trade, fill.price) - fill.fee,
            fees=trade.fees + fill.fee,
            bars=self._bars(trade, fill.time),
            exit=fill.kind,
            exit_reason=self._reasons.get((symbol, EXIT), "") if by_order else fill.kind,
        )

    def _marked(self, symbol: int, trade: Trade) -> Trade:
        seen = self._watched[symbol]
        return replace(
            trade,
            profit=trade.profit + _gain(trade, seen.last_close),
            bars=self._bars(trade, seen.last_time),
        )

    def _bars(self, trade: Trade, time: int) -> int:
        return (time - trade.entry_time) // self._plan.timeframe_ms


def _gain(trade: Trade, price: float) -> float:
    move = price - trade.entry_price
    return trade.quantity * (move if trade.side == "long" else -move)
