"""The joint result of strategies that were run apart: one curve, its figures, how alike they are.

The joint equity at a time is the cash that nobody got plus the last known equity of each strategy,
its capital before its first close; so strategies of different timeframes go together. All curves
are laid on the times at which any of them has a close, and so have the same days.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from tradewinds.combining.shares import Shares, text_of
from tradewinds.engine.curves import Summary, summarize
from tradewinds.engine.metrics import Figures, curve_figures, daily_returns, months, trade_figures
from tradewinds.engine.records import KIND_WORDS, LIQUIDATION
from tradewinds.engine.tallies import EVERY, TALLY_SIZE_OF, tally
from tradewinds.engine.trips import (
    TRADE_BARS,
    TRADE_EXIT_KIND,
    TRADE_HELD,
    TRADE_MAE,
    TRADE_MFE,
    TRADE_PROFIT,
    TRADE_SHARE,
    TRADE_SIZE_OF,
)
from tradewinds_crds.canonical import digest

Answer = Mapping[str, Any]


def together(answers: Sequence[Answer], shares: Shares) -> dict[str, Any]:
    """Return the joint answer: what one answer has, and the strategies' own."""
    times, curves = aligned(answers)
    cash = float(shares.cash)
    joint = [math.fsum((cash, *values)) for values in zip(*curves, strict=True)]
    start, capital = answers[0]["period"]["from"], float(shares.capital.amount)
    summary = summarize(capital, start, times, joint)
    each = [
        summarize(answer["capital"], start, times, curve)
        for answer, curve in zip(answers, curves, strict=True)
    ]
    timeframes = list(dict.fromkeys(answer["timeframe"] for answer in answers))
    return {
        "name": " + ".join(answer["name"] for answer in answers),
        "symbols": sorted({symbol for answer in answers for symbol in answer["symbols"]}),
        "timeframe": ", ".join(timeframes),
        "period": answers[0]["period"],
        "capital": capital,
        "currency": shares.capital.currency,
        "weights": [float(weight) for weight in shares.weights],
        "cash": cash,
        "stats": stats(answers, summary, one_timeframe=len(timeframes) == 1),
        "months": months(summary),
        "correlation": correlations(each),
        "trades": sorted(_trades(answers), key=lambda one: (one["entryTime"], one["strategy"])),
        "equity": list(map(list, zip(times, joint, strict=True))),
        "orderHash": order_hash(answers, shares),
        "provenance": {"key": digest([answer["provenance"]["key"] for answer in answers])},
        "strategies": list(answers),
    }


def aligned(answers: Sequence[Answer]) -> tuple[list[int], list[list[float]]]:
    """Return every time at which some curve has a value, and each curve at all of them."""
    curves = [dict(map(tuple, answer["equity"])) for answer in answers]
    times = sorted(set().union(*curves))
    return times, [
        list(_filled(curve, times, answer["capital"]))
        for curve, answer in zip(curves, answers, strict=True)
    ]


def _filled(curve: Mapping[int, float], times: Sequence[int], last: float) -> Iterator[float]:
    for time in times:
        last = curve.get(time, last)
        yield last


def stats(answers: Sequence[Answer], summary: Summary, *, one_timeframe: bool) -> Figures:
    """Return the figures of the joint curve and of all trades.

    Those that count bars are not defined for bars of different lengths.
    """
    capital = summary.capital
    each = [(answer["stats"], answer["capital"] / capital) for answer in answers]
    found: Figures = {
        **curve_figures(summary),
        **trade_figures(_tallied([trade for answer in answers for trade in answer["trades"]])),
        "turnover": math.fsum((one["turnover"] or 0.0) * share for one, share in each),
        "fees": math.fsum(one["fees"] for one, _ in each),
        "fundingPaid": math.fsum(one.get("fundingPaid") or 0.0 for one, _ in each),
        "liquidations": sum(one.get("liquidations") or 0 for one, _ in each),
        "buyAndHold": math.fsum((one["buyAndHold"] or 0.0) * share for one, share in each),
    }
    of_bars = () if one_timeframe else ("averageBars", "longestBars", "drawdownBars")
    return {**found, **dict.fromkeys(of_bars)}


def _tallied(trades: Sequence[Mapping[str, Any]]) -> list[float]:
    rows = [0.0] * (len(trades) * TRADE_SIZE_OF)
    for number, trade in enumerate(trades):
        at = number * TRADE_SIZE_OF
        rows[at + TRADE_HELD] = float(trade["exitTime"] is None)
        rows[at + TRADE_PROFIT] = trade["profit"]
        rows[at + TRADE_SHARE] = trade["profit"] / (trade["quantity"] * trade["entryPrice"])
        rows[at + TRADE_BARS] = trade["bars"]
        rows[at + TRADE_MAE], rows[at + TRADE_MFE] = trade["mae"], trade["mfe"]
        if trade["exit"] == KIND_WORDS[LIQUIDATION]:
            rows[at + TRADE_EXIT_KIND] = float(LIQUIDATION)
    sums = [0.0] * TALLY_SIZE_OF
    tally(rows, len(trades), EVERY, sums)
    return sums


def correlations(curves: Sequence[Summary]) -> list[list[float | None]]:
    """Return Pearson's correlation of the daily returns of each two; None where one rests."""
    days = [daily_returns(curve) for curve in curves]
    return [[_correlation(one, other) for other in days] for one in days]


def _correlation(one: Sequence[float], other: Sequence[float]) -> float | None:
    if len(one) < 2:  # noqa: PLR2004 - a single day has no spread
        return None
    mean, other_mean = math.fsum(one) / len(one), math.fsum(other) / len(other)
    pairs = [(a - mean, b - other_mean) for a, b in zip(one, other, strict=True)]
    spread = math.fsum(a * a for a, _ in pairs) * math.fsum(b * b for _, b in pairs)
    if spread <= 0.0:
        return None
    shared = math.fsum(a * b for a, b in pairs)
    return max(-1.0, min(1.0, shared / math.sqrt(spread)))


def order_hash(answers: Sequence[Answer], shares: Shares) -> str:
    """Return the SHA-256 of a line `J|name|capital|order hash` for each strategy, by name."""
    lines = sorted(
        f"J|{answer['name']}|{text_of(part)}|{answer['orderHash']}\n"
        for answer, part in zip(answers, shares.parts, strict=True)
    )
    return sha256("".join(lines).encode("ascii")).hexdigest()


def _trades(answers: Sequence[Answer]) -> Iterator[dict[str, Any]]:
    for answer in answers:
        for trade in answer["trades"]:
            yield {**trade, "strategy": answer["name"]}
