"""A search's answer as text: what was run, the best sets, the windows, and the verdicts."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from tradewinds.backtesting.report import report
from tradewinds.terminal.text import table_lines
from tradewinds_crds.metrics import METRICS

SHOWN: Final = 10  # sets
COLUMNS: Final = ("totalReturn", "sharpe", "maxDrawdown", "trades")
TITLES: Final = {"totalReturn": "return", "maxDrawdown": "drawdown"}


def table(answer: Mapping[str, Any]) -> str:
    """Return the text of an answer, up to its order hash."""
    lines = [report(answer)]
    if "optimization" in answer:
        lines += ["", *_sets(answer["optimization"])]
    if "walkForward" in answer:
        lines += ["", *_windows(answer["walkForward"])]
    luck = answer["luck"]
    return "\n".join([*lines, "", luck["verdict"], *(f"  {one}" for one in luck["sentences"])])


def _sets(searched: Mapping[str, Any]) -> Iterator[str]:
    trials, objective = searched["trials"], searched["objective"]
    space = f" of {searched['sets']:,}" if searched["sets"] else ""
    counted = sum(one["counted"] for one in trials)
    left = f", {counted:,} counted" if counted < len(trials) else ""
    stopped = {"patience": ", stopped early", "space": ", the whole space"}.get(
        searched["stopped"], ""
    )
    yield (
        f"{searched['method']} by {objective} · {len(trials):,}{space} sets{left}{stopped} · "
        f"seed {searched['seed']}"
    )
    metrics = list(dict.fromkeys((objective, *searched["alongside"], *COLUMNS)))
    names = list(searched["space"])
    header = [*names, *(TITLES.get(one, one) for one in metrics)]
    rows = [
        [*(f"{one['parameters'][name]:g}" for name in names), *_figures(one["figures"], metrics)]
        for one in _best(searched)
    ]
    yield from table_lines(header, rows, right=" ".join(header))


def _best(searched: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return the sets to show, best first: those of the front, where there is one."""
    trials, objective = searched["trials"], searched["objective"]
    sign = 1.0 if searched["better"] == "higher" else -1.0
    found = [trials[place] for place in searched["front"]] or [
        one for one in trials if one["counted"]
    ]
    return sorted(found, key=lambda one: -sign * one["figures"][objective])[:SHOWN]


def _windows(walked: Mapping[str, Any]) -> Iterator[str]:
    yield f"{walked['mode']} · train {walked['train']} · test {walked['test']} · out of sample:"
    header = ["window", "parameters", "trained", "tested", "trades", "efficiency"]
    rows = [
        [
            f"{_day(one['testFrom'])} → {_day(one['testTo'])}",
            _parameters(one["parameters"]),
            "-" if one["train"] is None else _text(one["train"]["totalReturn"], "totalReturn"),
            _text(one["test"]["totalReturn"], "totalReturn"),
            f"{one['test']['trades']}",
            "-" if one["efficiency"] is None else f"{one['efficiency']:.2f}",
        ]
        for one in walked["windows"]
    ]
    yield from table_lines(header, rows, right="trained tested trades efficiency")
    yield walked["sentence"]


def _parameters(values: Mapping[str, float] | None) -> str:
    if values is None:
        return "none qualified"
    return " ".join(f"{name}={value:g}" for name, value in values.items()) or "as they stand"


def _figures(figures: Mapping[str, Any], metrics: Sequence[str]) -> list[str]:
    return [_text(figures[name], name) for name in metrics]


def _text(value: float | None, name: str) -> str:
    if value is None:
        return "-"
    if METRICS[name].unit == "percent":
        signed = "+" if name.endswith("Return") else ""
        return f"{value:{signed}.1%}"
    return f"{value:,.0f}" if METRICS[name].unit in {"count", "bars"} else f"{value:,.2f}"


def _day(time: int) -> str:
    return f"{datetime.fromtimestamp(time / 1000, UTC):%Y-%m-%d}"
