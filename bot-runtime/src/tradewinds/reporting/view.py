"""One answer as a report shows it: what page and paper share, so that they cannot differ.

A part is None where the answer does not have its key, or where there is too little to show.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from tradewinds.reporting import curves, figures, months
from tradewinds.reporting.costs import cost_words
from tradewinds.reporting.curves import Histogram, Line
from tradewinds.reporting.detail import detail_words
from tradewinds.reporting.errors import ReportError
from tradewinds.reporting.funding import funding_words
from tradewinds.reporting.luck import Luck, luck
from tradewinds.reporting.parts import part_facts
from tradewinds.reporting.reading import Answer
from tradewinds.reporting.trials import Trials, plain, trials

Point = Sequence[Any]  # a time and a value
FEW_TRADES: Final = 30  # below this, luck explains most results
BY_SYMBOL: Final = (
    "trades", "profit", "winRate", "profitFactor", "averageTrade", "bestTrade", "worstTrade",
    "averageBars", "fees", "turnover",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """A sentence about the run; `good` is None where it is neither praise nor blame."""

    text: str
    good: bool | None


@dataclass(frozen=True, slots=True)
class View:
    """Everything of one run."""

    answer: Answer
    title: str
    facts: list[tuple[str, str]]
    provenance: list[tuple[str, str]]
    key: list[figures.Figure]
    groups: list[tuple[str, list[figures.Figure]]]
    verdicts: list[Verdict]
    equity: Line
    drawdown: Line
    heads: list[str]  # of the columns of figures
    held: Line | None
    benchmark: Line | None
    returns: Histogram | None
    returns_of: str
    unchanged: int  # returns of exactly nothing, which the distribution leaves out
    rolling: Line | None
    rolling_days: int
    exposure: Line | None
    years: list[months.Year]
    by_symbol: list[tuple[str, list[str]]]
    by_symbol_names: list[str]
    trials: Trials | None
    walk: "Walk | None"
    luck: Luck | None


@dataclass(frozen=True, slots=True)
class Walk:
    """Walk-forward: a row of texts for each window, and the equity of all tests in a row."""

    mode: str
    names: list[str]
    rows: list[list[str]]
    equity: Line | None


def view(answer: Answer) -> View:
    """Return an answer as a report shows it; a section of another shape is an error."""
    with as_written(answer):
        return _view(answer)


@contextmanager
def as_written(answer: Answer) -> Iterator[None]:
    """Tell whatever fails over an answer as an error of its shape."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise ReportError(
            f"{answer.get('name')}: part of its result is not as `tradewinds backtest` writes it "
            f"({type(error).__name__}: {error}). Run it again to have one that is"
        ) from error


def _view(answer: Answer) -> View:
    equity, start = answer["equity"], answer["period"]["from"]
    values = [value for _, value in equity]
    held = (answer.get("charts") or {}).get("held") or []
    benchmark = _thinned((answer.get("benchmark") or {}).get("equity") or [])
    kept = _kept(equity, values, [*held, *benchmark])
    falls = curves.drawdowns(answer["capital"], values)
    days = curves.closes_of_days(equity)
    rolling = curves.rolling_sharpe(start, answer["capital"], days)
    of_days = len(days.values) >= curves.ENOUGH_DAYS
    grown = curves.returns(answer["capital"], days.values if of_days else values)
    changed = [value for value in grown if value]
    by_symbol = answer.get("bySymbol") or {}
    names = [name for name in BY_SYMBOL if any(name in row for row in by_symbol.values())]
    return View(
        answer=answer,
        title=answer["name"],
        facts=list(_facts(answer)),
        provenance=list(_provenance(answer)),
        key=[figures.figure(n, _columns(answer)) for n in figures.KEY if n in answer["stats"]],
        groups=figures.groups(_columns(answer)),
        verdicts=list(_verdicts(answer)),
        equity=_line(start, answer["capital"], [equity[i] for i in kept]),
        drawdown=_line(start, 0.0, [(equity[i][0], falls[i]) for i in kept]),
        heads=["Strategy", *_beside(answer)],
        held=_line(start, answer["capital"], held) if held else None,
        benchmark=_line(start, answer["capital"], benchmark) if benchmark else None,
        returns=curves.histogram(changed),
        unchanged=len(grown) - len(changed),
        returns_of="days" if of_days else f"bars of {answer['timeframe']}",
        rolling=rolling[0] if rolling else None,
        rolling_days=rolling[1] if rolling else 0,
        exposure=curves.exposure(answer.get("fills", []), equity, start),
        years=months.years(answer.get("months") or []),
        by_symbol=[
            (symbol, [figures.text(name, row.get(name)) for name in names])
            for symbol, row in by_symbol.items()
        ],
        by_symbol_names=[figures.label(name) for name in names],
        trials=trials(answer.get("optimization") or {}),
        walk=_walk(answer.get("walkForward")),
        luck=luck(answer.get("luck")),
    )


def _thinned(points: Sequence[Point]) -> list[Point]:
    return [points[i] for i in curves.thinned([value for _, value in points])]


def _kept(equity: Sequence[Point], values: Sequence[float], held: Sequence[Point]) -> list[int]:
    """Return the points of equity that are drawn: its own extremes, and those of `held`."""
    times = {time for time, _ in held}
    there = {i for i, (time, _) in enumerate(equity) if time in times}
    return sorted({*curves.thinned(values), *there})


def _line(start: int, value: float, points: Sequence[Point]) -> Line:
    """Return points as a line that begins at the start."""
    return Line([start, *(time for time, _ in points)], [value, *(value for _, value in points)])


def _columns(answer: Answer) -> list[Mapping[str, Any]]:
    """Return the columns of figures: the run's, and of what it is held against."""
    return [answer["stats"], *_beside(answer).values()]


def _beside(answer: Answer) -> dict[str, Mapping[str, Any]]:
    """Return the figures of holding the symbols and the benchmark by what a column is called."""
    found = {"Buy & hold": answer.get("buyAndHold")}
    benchmark = answer.get("benchmark")
    if benchmark:
        found[benchmark["symbol"]] = benchmark["stats"]
    return {name: stats for name, stats in found.items() if stats}


def _facts(answer: Answer) -> Iterator[tuple[str, str]]:
    period, currency = answer["period"], answer.get("currency", "")
    yield "Symbols", ", ".join(answer["symbols"])
    yield "Timeframe", answer["timeframe"]
    if "exchange" in answer:
        yield "Exchange", answer["exchange"]
    yield "Period", f"{figures.moment(period['from'])} → {figures.moment(period['to'])}"
    if "bars" in answer:
        gaps, warmup = answer.get("missing", 0), answer.get("warmup", 0)
        yield "Bars", f"{answer['bars']:,} · {gaps:,} gaps · {warmup:,} warm-up"
    yield "Capital", f"{answer['capital']:,.0f} {currency}"
    if "costs" in answer:
        yield "Costs", " · ".join(cost_words(answer["costs"]))
    if answer.get("maxLeverage", 1) > 1:
        yield "Leverage", f"up to {answer['maxLeverage']} x equity"
    if "detail" in answer:
        yield "Inside bars", detail_words(answer["detail"])
    if "funding" in answer:
        yield "Funding", funding_words(answer["funding"])
    yield from part_facts(answer)


def _provenance(answer: Answer) -> Iterator[tuple[str, str]]:
    yield "orders", answer["orderHash"]
    for name, value in answer.get("provenance", {}).items():
        if isinstance(value, str):
            yield name, value
    for name, value in answer.get("provenance", {}).get("versions", {}).items():
        yield name, str(value)


def _verdicts(answer: Answer) -> Iterator[Verdict]:
    first = answer.get("firstDecision")
    if "firstDecision" in answer and first is None:
        yield Verdict("Never decided: the warm-up needs more bars than there are.", good=False)
    if answer["stats"].get("trades", FEW_TRADES) < FEW_TRADES:
        yield Verdict(
            f"Too few trades to tell skill from luck: {answer['stats']['trades']}, "
            f"and {FEW_TRADES} are the least.",
            good=False,
        )
    if answer["stats"].get("liquidations"):
        yield Verdict(
            f"Trades that the exchange would have liquidated: {answer['stats']['liquidations']}.",
            good=False,
        )
    for one in answer.get("acceptance") or []:
        found = "not defined" if one["value"] is None else f"{one['value']:.6g}"
        met = "met" if one["met"] else "not met"
        yield Verdict(f"Acceptance {one['demand']}: {met} ({found}).", good=bool(one["met"]))
    sentence = (answer.get("luck") or {}).get("verdict")
    if sentence:
        yield Verdict(str(sentence), good=None)


def _walk(walk: Mapping[str, Any] | None) -> Walk | None:
    if not walk or not walk.get("windows"):
        return None
    windows = walk["windows"]
    parameters = list(dict.fromkeys(name for one in windows for name in one["parameters"]))
    equity = _thinned(walk.get("equity") or [])
    return Walk(
        mode=str(walk.get("mode", "")),
        names=[
            "Train", "Test", *parameters, "Sharpe trained", "Sharpe tested", "Return tested",
            "Efficiency",
        ],
        rows=[_window(one, parameters) for one in windows],
        equity=_line(windows[0]["testFrom"], equity[0][1], equity) if equity else None,
    )  # fmt: skip


def _window(one: Mapping[str, Any], parameters: list[str]) -> list[str]:
    efficiency = one.get("efficiency")
    return [
        f"{figures.moment(one['trainFrom'])} → {figures.moment(one['trainTo'])}",
        f"{figures.moment(one['testFrom'])} → {figures.moment(one['testTo'])}",
        *(plain(one["parameters"].get(name, figures.NOTHING)) for name in parameters),
        figures.text("sharpe", one["train"].get("sharpe")),
        figures.text("sharpe", one["test"].get("sharpe")),
        figures.text("totalReturn", one["test"].get("totalReturn")),
        figures.NOTHING if efficiency is None else f"{efficiency:.2f}",
    ]
