"""A joint answer as text: the whole beside its parts, and how alike their days were."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any, Final

from tradewinds.backtesting.figures import fallen, percent, plain, signed, whole
from tradewinds.backtesting.report import late_start, liquidated, verdicts
from tradewinds.terminal.text import when

JOINT: Final = "together"
FIGURES: Final = (
    ("return", "totalReturn", signed),
    ("buy & hold", "buyAndHold", signed),
    ("a year", "annualReturn", signed),
    ("volatility", "volatility", percent),
    ("max drawdown", "maxDrawdown", fallen),
    ("Sharpe", "sharpe", plain),
    ("Sortino", "sortino", plain),
)
GAP: Final = 3


def report(answer: Mapping[str, Any]) -> str:
    """Return the text of a joint answer, up to its order hash."""
    lines = [_header(answer), *_remarks(answer), *_table(answer), *_correlation(answer)]
    return "\n".join([*lines, *_benchmark(answer), *verdicts(answer)])


def _header(answer: Mapping[str, Any]) -> str:
    period = answer["period"]
    money = f"{whole(answer['capital'])} {answer['currency']}"
    cash = answer["cash"]
    rest = f", {whole(cash)} of it cash" if cash >= answer["capital"] * 1e-6 else ""
    return f"{answer['name']}  {when(period['from'])} → {when(period['to'])}  {money}{rest}"


def _remarks(answer: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a strategy's own answer would warn of."""
    for one in answer["strategies"]:
        for line in (*late_start(one), *liquidated(one["stats"])):
            yield f"{line} ({one['name']})"


def _table(answer: Mapping[str, Any]) -> Iterator[str]:
    """Yield a column for the whole and one for each strategy."""
    parts = answer["strategies"]
    every = [answer["stats"], *(one["stats"] for one in parts)]
    rows = [
        ["", JOINT, *(one["name"] for one in parts)],
        ["share", "", *(percent(weight, 0) for weight in answer["weights"])],
        ["timeframe", "", *(one["timeframe"] for one in parts)],
        *([label, *(form(one[name]) for one in every)] for label, name, form in FIGURES),
        ["trades", *(f"{one['trades']:,}" for one in every)],
        ["orders", answer["orderHash"][:8], *(one["orderHash"][:8] for one in parts)],
    ]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for first, *others in rows:
        cells = (f"{cell:>{wide + GAP}}" for cell, wide in zip(others, widths[1:], strict=True))
        yield f"{first:{widths[0]}}{''.join(cells)}".rstrip()


def _correlation(answer: Mapping[str, Any]) -> Iterator[str]:
    names = [one["name"] for one in answer["strategies"]]
    pairs = (
        f"{names[a]} and {names[b]} {plain(answer['correlation'][a][b])}"
        for a, b in combinations(range(len(names)), 2)
    )
    yield f"correlation of days: {' · '.join(pairs)}"


def _benchmark(answer: Mapping[str, Any]) -> Iterator[str]:
    """Yield how the whole went beside another market."""
    other = answer["benchmark"]
    if other is not None:
        yield (
            f"{other['symbol']} {signed(other['stats']['totalReturn'])} · "
            f"alpha {signed(other['alpha'], 1)} · beta {plain(other['beta'])}"
        )
