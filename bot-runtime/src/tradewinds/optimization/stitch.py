"""The tests of a walk-forward as one run: one curve, one list of trades, figures over all of it.

At the end of a window its set is gone, so whatever it holds is sold at the last close, at the
costs that a market order has on that day: a trade that is left open there would be counted nowhere,
and one that is marked for nothing would flatter the next set.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tradewinds.engine.account.feetiers import FeeTiers
from tradewinds.engine.account.leaving import slipped, worsening
from tradewinds.engine.joint.positions import joined
from tradewinds.engine.outcome import tallies as t
from tradewinds.engine.outcome import trips
from tradewinds.engine.outcome.curves import summarize
from tradewinds.engine.outcome.results import Curve, FillLine, OrderLine, Run, Trade
from tradewinds.engine.records import (
    BUY,
    CANCEL,
    CLOSE,
    EFFECT_WORDS,
    EXIT,
    FILL_LOTS,
    FILL_SIZE_OF,
    FILL_SYMBOL,
    FILL_TICKS,
    KIND_WORDS,
    LOT,
    MARKET,
    SELL,
    SIDE_WORDS,
    TAKER_FEE,
    TERMS_SIZE_OF,
    TICK,
)
from tradewinds.engine.units import from_units, to_ticks
from tradewinds.kernel.feed import between

if TYPE_CHECKING:
    from tradewinds.engine.plan import Plan
    from tradewinds_store.bars import Bars

ENDED: Final = "the test window ended"


def closed(run: Run, series: "Mapping[str, Bars]", end: int) -> Run:
    """Return a run that sells what it holds at the last closes before `end`."""
    fills = [fill for fill in _closing(run, series, end) if fill is not None]
    if not fills:
        return run
    by_symbol = {fill.symbol: fill for fill in fills}
    trades = [
        _ended(one, by_symbol[one.symbol], series, end) if one.open else one for one in run.trades
    ]
    paid = sum(
        after.profit - before.profit for before, after in zip(run.trades, trades, strict=True)
    )
    equity = [*run.curve.equity[:-1], float(run.curve.equity[-1]) + paid]
    curve = Curve(run.curve.times, equity, run.curve.held)
    return remade(replace(run, fills=[*run.fills, *fills], trades=trades, curve=curve))


def stitched(plan: "Plan", start: int, runs: Sequence[Run]) -> Run:
    """Return runs that follow one another, each with the money that the one before left, as one."""
    decided = [one.first_decision for one in runs if one.first_decision is not None]
    bars = sum(one.bars for one in runs)
    exposed = sum((one.exposure or 0.0) * one.bars for one in runs)
    whole = replace(
        runs[0],
        plan=plan,
        start=start,
        warmup=max(one.warmup for one in runs),
        first_decision=decided[0] if decided else None,
        bars=bars,
        gaps=sum(one.gaps for one in runs),
        orders=[line for one in runs for line in one.orders],
        fills=[line for one in runs for line in one.fills],
        trades=list(_numbered(runs)),
        curve=Curve(
            times=[time for one in runs for time in one.curve.times],
            equity=[value for one in runs for value in one.curve.equity],
            held=_chained(plan.capital, runs),
        ),
        exposure=exposed / bars if bars else None,
    )
    return remade(replace(whole, order_hash=_hash(whole)))


def _numbered(runs: Sequence[Run]) -> Iterator[Trade]:
    """Yield all trades; the joint positions of a run are counted on from those before."""
    before = 0
    for one in runs:
        last = before
        for trade in one.trades:
            last = before + (trade.joint or 0)
            yield replace(trade, joint=last) if trade.joint else trade
        before = last


def remade(run: Run) -> Run:
    """Return a run with the summaries and tallies of its curve and trades as they are now."""
    plan, curve = run.plan, run.curve
    rows = [figure for trade in run.trades for figure in _row(trade, plan)]
    positions = [trade.joint or 0 for trade in run.trades]
    paid = [trade.quantity * trade.entry_price for trade in run.trades]
    every = joined(rows, positions, paid) if plan.joint else rows
    each = [(symbol, rows) for symbol in range(len(plan.symbols))]
    tallies = []
    for symbol, those in [(t.EVERY, every), *each]:
        sums = [0.0] * t.TALLY_SIZE_OF
        t.tally(those, len(those) // trips.TRADE_SIZE_OF, symbol, sums)
        tallies.append(sums)
    return replace(
        run,
        summary=summarize(plan.capital, run.start, curve.times, curve.equity),
        held_summary=summarize(plan.capital, run.start, curve.times, curve.held),
        tallies=tallies,
    )


def _closing(run: Run, series: "Mapping[str, Bars]", end: int) -> Iterator[FillLine | None]:
    """Yield a market order's fill at the last close for each symbol that is held."""
    plan = run.plan
    for place, symbol in enumerate(plan.symbols):
        held = sum(
            fill.lots if fill.side == SIDE_WORDS[BUY] else -fill.lots
            for fill in run.fills
            if fill.symbol == symbol
        )
        bars = between(series[symbol], end)
        if not held or not len(bars.time):
            continue
        terms = plan.terms[place * TERMS_SIZE_OF : (place + 1) * TERMS_SIZE_OF]
        side = SELL if held > 0 else BUY
        columns = (bars.open, bars.high, bars.low, bars.close, bars.volume)
        row = [float(column[-1]) for column in columns]
        worse = slipped(row[CLOSE], side, worsening(0, float(abs(held)), row, list(terms)))
        ticks = to_ticks(worse, terms[TICK], side)
        price = from_units(ticks, terms[TICK])
        quantity = from_units(float(abs(held)), terms[LOT])
        yield FillLine(
            time=int(bars.time[-1]),
            symbol=symbol,
            effect=EFFECT_WORDS[EXIT],
            side=SIDE_WORDS[side],
            kind=KIND_WORDS[MARKET],
            lots=abs(held),
            ticks=int(ticks),
            quantity=quantity,
            price=price,
            fee=quantity * price * _taker(run, int(bars.time[-1])),
        )


def _taker(run: Run, opened: int) -> float:
    """Return the taker's fee of the day in which a bar opens, after all that the run has traded."""
    tiers = FeeTiers(run.plan)
    if not tiers:
        return run.plan.costs.taker
    for fill in run.fills:
        row = [0.0] * FILL_SIZE_OF
        row[FILL_SYMBOL] = float(run.plan.place(fill.symbol))
        row[FILL_LOTS], row[FILL_TICKS] = float(fill.lots), float(fill.ticks)
        tiers.add(fill.time, row)
    return tiers.terms(opened)[TAKER_FEE]


def _ended(trade: Trade, fill: FillLine, series: "Mapping[str, Bars]", end: int) -> Trade:
    """Return an open trade, which was marked at the last close, as the fill ends it."""
    marked = float(between(series[trade.symbol], end).close[-1])
    profit = trade.profit - abs(fill.price - marked) * fill.quantity - fill.fee
    fees = trade.fees + fill.fee
    gross = (profit + fees) / trade.quantity  # of one unit: what the mean exit is off the entry
    return replace(
        trade,
        exit_time=fill.time,
        exit_price=trade.entry_price + (gross if trade.side == "long" else -gross),
        profit=profit,
        fees=fees,
        exit=fill.kind,
        exit_reason=ENDED,
    )


def _hash(run: Run) -> str:
    """Return the order hash of all orders and fills that are listed, in the hash's own form."""
    place = run.plan.place
    lines = [
        (one.time, 0, place(one.symbol), one.ordinal, f"O|{one.time}|{_words(one)}\n")
        for one in run.orders
        if one.effect != EFFECT_WORDS[CANCEL]
    ]
    lines += [
        (one.time, 1, place(one.symbol), count, f"F|{one.time}|{_words(one)}\n")
        for count, one in enumerate(run.fills)
    ]
    return hashlib.sha256("".join(line[-1] for line in sorted(lines)).encode("ascii")).hexdigest()


def _words(line: OrderLine | FillLine) -> str:
    return f"{line.symbol}|{line.kind}|{line.side}|{line.lots}|{line.ticks}"


def _chained(capital: float, runs: Sequence[Run]) -> list[float]:
    """Return the curve of holding, window after window, as one that never stops."""
    chained: list[float] = []
    for one in runs:
        scale = (chained[-1] if chained else capital) / one.plan.capital
        chained += [float(value) * scale for value in one.curve.held]
    return chained


def _row(trade: Trade, plan: "Plan") -> list[float]:
    """Return the columns of a trade row that a tally reads."""
    row = [0.0] * trips.TRADE_SIZE_OF
    left = 0.0 if trade.exit_price is None else trade.quantity * trade.exit_price
    row[trips.TRADE_SYMBOL] = float(plan.place(trade.symbol))
    row[trips.TRADE_HELD] = 1.0 if trade.open else 0.0
    row[trips.TRADE_NOTIONAL] = trade.quantity * trade.entry_price + left
    row[trips.TRADE_FEES] = trade.fees
    row[trips.TRADE_FUNDING] = trade.funding
    row[trips.TRADE_EXIT_KIND] = float(KIND_WORDS.index(trade.exit or ""))
    row[trips.TRADE_PROFIT] = trade.profit
    row[trips.TRADE_BARS] = float(trade.bars)
    row[trips.TRADE_SHARE] = trade.profit_share
    row[trips.TRADE_MAE] = trade.mae
    row[trips.TRADE_MFE] = trade.mfe
    return row
