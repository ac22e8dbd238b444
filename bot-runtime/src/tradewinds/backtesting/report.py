"""A backtest's answer as text: what was run, on which terms, how it went, and what to do next."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from tradewinds.terminal.text import when
from tradewinds_crds.scalars import timeframe_ms

FEW_TRADES: Final = 30  # below this, luck explains most results
COLUMN: Final = 12
FIGURES: Final = (
    ("return", "totalReturn", "+.2%"),
    ("max drawdown", "maxDrawdown", ".2%"),
    ("Sharpe", "sharpe", ".2f"),
)


def report(answer: Mapping[str, Any]) -> str:
    """Return the text of an answer, up to its order hash."""
    lines = [_header(answer), _terms(answer), *_late_start(answer), *_figures(answer)]
    return "\n".join([*lines, *_verdicts(answer)])


def _header(answer: Mapping[str, Any]) -> str:
    symbols = ", ".join(answer["symbols"])
    period = answer["period"]
    return (
        f"{answer['name']}  {symbols} {answer['timeframe']}  {answer['exchange']}  "
        f"{_dates(period['from'], period['to'])}  {answer['bars']:,} bars, "
        f"{answer['missing']:,} gaps, {answer['warmup']:,} warm-up"
    )


def _dates(start: int, end: int) -> str:
    """Write a period; the end leaves out the year if it is the start's: 2023-03-01 → 04-01."""
    first, last = (datetime.fromtimestamp(time / 1000, UTC) for time in (start, end))
    midnight = start % 86_400_000 == 0 and end % 86_400_000 == 0
    form = "%Y-%m-%d" if midnight else "%Y-%m-%d %H:%M"
    short = form.removeprefix("%Y-") if first.year == last.year else form
    return f"{first:{form}} → {last:{short}}"


def _terms(answer: Mapping[str, Any]) -> str:
    costs = answer["costs"]
    maker, taker = costs["makerFee"], costs["takerFee"]
    fee = f"{taker:.2%}" if maker == taker else f"{maker:.2%} maker, {taker:.2%} taker"
    return (
        f"fills at next open · fee {fee} · slippage {costs['slippage']:.2%} · "
        f"{answer['capital']:,.0f} {answer['currency']}"
    )


def _late_start(answer: Mapping[str, Any]) -> Iterator[str]:
    """Say when the stored bars before the period were fewer than the warm-up needs."""
    first, step = answer["firstDecision"], timeframe_ms(answer["timeframe"])
    need = f"{answer['warmup']:,} bars of warm-up"
    if first is None:
        yield f"! never decided: {need} are more than the bars there are"
    elif first - step > answer["period"]["from"]:
        yield f"! decides from {when(first)} on: {need} are not stored before the period"


def _figures(answer: Mapping[str, Any]) -> Iterator[str]:
    stats, held = answer["stats"], answer["buyAndHold"]
    yield f"{'':{COLUMN}}{'strategy':>9}{'buy & hold':>12}"
    for label, name, form in FIGURES:
        sign = -1 if name == "maxDrawdown" else 1
        ours, theirs = _text(stats, name, form, sign), _text(held, name, form, sign)
        yield f"{label:{COLUMN}}{ours:>9}{theirs:>12}"
    warning = ""
    if stats["trades"] < FEW_TRADES:
        warning = "   ! too few trades to tell skill from luck"
    win = _text(stats, "winRate", ".0%")
    yield f"trades {stats['trades']} · win {win} · fees {stats['fees']:,.2f}{warning}"


def _text(stats: Mapping[str, Any], name: str, form: str, sign: int = 1) -> str:
    value = stats[name]
    return "-" if value is None else format(sign * value + 0.0, form)


def _verdicts(answer: Mapping[str, Any]) -> Iterator[str]:
    for one in answer["acceptance"]:
        value = "not defined" if one["value"] is None else f"{one['value']:.6g}"
        mark = "met" if one["met"] else "NOT MET"
        yield f"acceptance {one['demand']}: {mark} ({value})"
