"""A backtest's answer as text: what was run, on which terms, how it went, and what to do next.

One screen. All of it is in the answer's JSON, and the definition of each figure in
docs/reference/metrics.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from tradewinds.backtesting.figures import fallen, money, percent, places_of, plain, signed, whole
from tradewinds.reporting.costs import cost_words
from tradewinds.reporting.detail import detail_words
from tradewinds.reporting.funding import funding_words
from tradewinds.terminal.text import plural, when
from tradewinds_crds.scalars import timeframe_ms

FEW_TRADES: Final = 30  # below this, luck explains most results
MOST_NAMES: Final = 5  # of symbols in the first line
MOST_SYMBOLS: Final = 8  # lines that a screen has for them
COLUMN: Final = 12
WIDTH: Final = 9  # of the first column of figures; the others are 3 wider
FIGURES: Final = (
    ("return", "totalReturn", signed),
    ("a year", "annualReturn", signed),
    ("volatility", "volatility", percent),
    ("max drawdown", "maxDrawdown", fallen),
    ("Sharpe", "sharpe", plain),
    ("Sortino", "sortino", plain),
)


def report(answer: Mapping[str, Any]) -> str:
    """Return the text of an answer, up to its order hash."""
    lines = [_header(answer), _terms(answer), *late_start(answer), *_table(answer)]
    lines += [*_trades(answer), _whole(answer), *_months(answer["months"]), *_symbols(answer)]
    lines += [
        *liquidated(answer["stats"]),
        *_held_back(answer.get("heldBack", {})),
        *_detail(answer),
        *_funding(answer),
    ]
    return "\n".join([*lines, *verdicts(answer)])


def _header(answer: Mapping[str, Any]) -> str:
    symbols = ", ".join(answer["symbols"][:MOST_NAMES])
    if len(answer["symbols"]) > MOST_NAMES:
        symbols += f" and {len(answer['symbols']) - MOST_NAMES} more"
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
    money_of = f"{whole(answer['capital'])} {answer['currency']}"
    most = answer.get("maxLeverage", 1)
    leverage = [f"up to {most} x equity"] if most > 1 else []
    return " · ".join(["fills at next open", *cost_words(answer["costs"]), money_of, *leverage])


def late_start(answer: Mapping[str, Any]) -> Iterator[str]:
    """Say when the stored bars before the period were fewer than the warm-up needs."""
    first, step = answer["firstDecision"], timeframe_ms(answer["timeframe"])
    need = f"{answer['warmup']:,} bars of warm-up"
    if first is None:
        yield f"! never decided: {need} are more than the bars there are"
    elif first - step > answer["period"]["from"]:
        yield f"! decides from {when(first)} on: {need} are not stored before the period"


def _table(answer: Mapping[str, Any]) -> Iterator[str]:
    """Yield the run's figures beside those of holding its symbols, and those of the benchmark."""
    columns = [("strategy", answer["stats"]), ("buy & hold", answer["buyAndHold"])]
    if answer["benchmark"] is not None:
        columns.append((answer["benchmark"]["symbol"], answer["benchmark"]["stats"]))
    rows = [["", *(title for title, _ in columns)]]
    rows += [
        [label, *(form(figures[name]) for _, figures in columns)] for label, name, form in FIGURES
    ]
    yield from _aligned(rows, [COLUMN, WIDTH, *[WIDTH + 3] * (len(columns) - 1)])


def _trades(answer: Mapping[str, Any]) -> Iterator[str]:
    stats = answer["stats"]
    warning = "   ! too few trades to tell skill from luck"
    yield (
        f"trades {stats['trades']:,} · win {percent(stats['winRate'], 0)} · "
        f"profit factor {plain(stats['profitFactor'])} · SQN {plain(stats['sqn'])}"
        f"{warning if stats['trades'] < FEW_TRADES else ''}"
    )
    if stats["trades"]:
        yield (
            f"a trade {signed(stats['averageTrade'])} · best {signed(stats['bestTrade'])} · "
            f"worst {signed(stats['worstTrade'])} · {plain(stats['averageBars'], 0)} bars, "
            f"longest {stats['longestBars']:,} · MAE {percent(stats['averageMae'])}, "
            f"MFE {percent(stats['averageMfe'])}"
        )


def _whole(answer: Mapping[str, Any]) -> str:
    stats = answer["stats"]
    places = places_of(answer["capital"])
    fees = money(stats["fees"], places)
    funding = ""
    if answer["costs"].get("funding") or answer["costs"].get("fundingRates"):
        funding = f"funding {money(stats['fundingPaid'], places)} {answer['currency']} · "
    return (
        f"exposure {percent(stats['exposure'], 0)} · turnover {plain(stats['turnover'], 1)} · "
        f"fees {fees} {answer['currency']} · {funding}alpha {signed(stats['alpha'], 1)} · "
        f"beta {plain(stats['beta'])} · VaR {percent(stats['valueAtRisk'])}"
    )


def liquidated(stats: Mapping[str, Any]) -> Iterator[str]:
    """Yield a warning of liquidations: the size was more than the money could carry."""
    if stats.get("liquidations"):
        yield f"! liquidated: {plural(stats['liquidations'], 'trade')}"


def _held_back(kept: Mapping[str, int]) -> Iterator[str]:
    """Yield which entries protections and the schedule kept, if they kept any."""
    if kept:
        parts = " · ".join(f"{name} {count:,}" for name, count in kept.items())
        yield f"entries held back: {parts}"


def _detail(answer: Mapping[str, Any]) -> Iterator[str]:
    """Yield what shorter bars settled; a bot has none, so a settled doubt parts the two."""
    if "detail" in answer:
        yield f"{detail_words(answer['detail'])}; a bot on paper has no detail, and may differ"


def _funding(answer: Mapping[str, Any]) -> Iterator[str]:
    """Yield which funding rates were paid, or that stored ones were left aside."""
    if "funding" in answer:
        yield funding_words(answer["funding"])


def _months(months: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield how the months went, if there are some to compare."""
    if len(months) > 1:
        best = max(months, key=lambda one: one["return"])
        worst = min(months, key=lambda one: one["return"])
        gained = sum(one["return"] > 0.0 for one in months)
        yield (
            f"{plural(len(months), 'month')}, {gained} gained · best {best['month']} "
            f"{signed(best['return'])} · worst {worst['month']} {signed(worst['return'])}"
        )


def _symbols(answer: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for each of several symbols, those first that moved the result most."""
    found = sorted(answer["bySymbol"].items(), key=lambda one: -abs(one[1]["profit"]))
    if len(found) < 2:  # noqa: PLR2004 - one symbol is the whole
        return
    places = places_of(answer["capital"])
    rows = [["", "trades", "win", f"profit {answer['currency']}", "fees"]]
    rows += [
        [
            symbol,
            f"{one['trades']:,}",
            percent(one["winRate"], 0),
            money(one["profit"], places, "+"),
            money(one["fees"], places),
        ]
        for symbol, one in found[:MOST_SYMBOLS]
    ]
    yield from _aligned(rows, [COLUMN, WIDTH, 6, WIDTH, WIDTH])
    if len(found) > MOST_SYMBOLS:
        yield f"and {plural(len(found) - MOST_SYMBOLS, 'symbol')} that moved the result less"


def _aligned(rows: Sequence[Sequence[str]], widths: Sequence[int]) -> Iterator[str]:
    """Yield rows in columns of at least these widths, all but the first aligned to the right."""
    wide = [
        max(width, *(len(row[place]) + min(place, 2) for row in rows))
        for place, width in enumerate(widths)
    ]
    for first, *others in rows:
        cells = (f"{cell:>{width}}" for cell, width in zip(others, wide[1:], strict=True))
        yield f"{first:{wide[0]}}{''.join(cells)}"


def verdicts(answer: Mapping[str, Any]) -> Iterator[str]:
    """Yield what was demanded of an answer, and whether it is met."""
    for one in answer["acceptance"]:
        value = "not defined" if one["value"] is None else f"{one['value']:.6g}"
        mark = "met" if one["met"] else "NOT MET"
        yield f"acceptance {one['demand']}: {mark} ({value})"
