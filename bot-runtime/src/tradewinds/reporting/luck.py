"""Is it luck? The tests of a search in sentences, and the figures behind them in tables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tradewinds.reporting import figures

FIGURES: Final = ("overfitProbability", "deflatedSharpe")
BANDS: Final = (
    ("days", "Percentiles of days drawn anew, in blocks"),
    ("trades", "Percentiles of trades drawn anew"),
)
DRAWN: Final = ("totalReturn", "maxDrawdown", "sharpe")
TIMES: Final = "\N{MULTIPLICATION SIGN}"
PERCENTILES: Final = ("5 %", "Median", "95 %")


@dataclass(frozen=True, slots=True)
class Table:
    """Texts in rows under their heads."""

    title: str
    heads: list[str]
    rows: list[list[str]]


@dataclass(frozen=True, slots=True)
class Luck:
    """The section of the verdicts."""

    verdict: str
    sentences: list[str]
    figures: list[figures.Figure]
    tables: list[Table]


def luck(tests: Mapping[str, Any] | None) -> Luck | None:
    """Return the section; None where nothing was tested."""
    if not tests:
        return None
    named = [name for name in FIGURES if tests.get(name) is not None]
    return Luck(
        verdict=str(tests.get("verdict") or ""),
        sentences=[f"{one}." if one[-1:] != "." else one for one in tests.get("sentences", [])],
        figures=[figures.figure(name, [tests]) for name in named],
        tables=[*_bands(tests.get("bootstrap") or {}), *_stress(tests.get("stress") or {})],
    )


def _bands(bootstrap: Mapping[str, Any]) -> Iterator[Table]:
    for name, title in BANDS:
        drawn = bootstrap.get(name) or {}
        bands = [(figure, drawn[figure]) for figure in DRAWN if drawn.get(figure)]
        if not bands:
            continue
        rows = [
            [figures.label(figure), *(figures.text(figure, value) for value in band)]
            for figure, band in bands
        ]
        yield Table(title, ["", *PERCENTILES], rows)


def _stress(stress: Mapping[str, Any]) -> Iterator[Table]:
    runs = stress.get("runs") or []
    if runs:
        names = [name for name in runs[0] if name not in {"fee", "slippage"}]
        rows = [
            [
                f"{one['fee']:g} {TIMES}",
                f"{one['slippage']:g} {TIMES}",
                *(figures.text(name, one.get(name)) for name in names),
            ]
            for one in runs
        ]
        heads = ["Fee", "Slippage", *(figures.label(name) for name in names)]
        yield Table("The best set at higher costs", heads, rows)
