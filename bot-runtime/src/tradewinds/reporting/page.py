"""The report as one HTML page: template, style, script and data in a single file.

Names come from manifests of others, so the template escapes everything, the data is JSON that
cannot end its element, and the page forbids itself every load from elsewhere. Charts are drawn in
the reader's browser by uPlot, which lies beside this file.
"""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    FileSystemLoader,
    PackageLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
)
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from tradewinds.reporting import figures, months
from tradewinds.reporting.curves import Line
from tradewinds.reporting.errors import ReportError
from tradewinds.reporting.reading import Answer
from tradewinds.reporting.titles import titles
from tradewinds.reporting.view import View, as_written, view

ASSETS: Final = files("tradewinds.reporting") / "assets"
TEMPLATE: Final = "report.html"
WORDS: Final = ("strategy", "symbol", "side", "exit", "reason", "exitReason")
COLUMNS: Final = (
    "strategy", "symbol", "side", "entryTime", "entryPrice", "exitTime", "exitPrice", "quantity",
    "bars", "profit", "share", "fees", "mae", "mfe", "exit", "reason", "exitReason",
)  # fmt: skip
DIGITS: Final = 7  # of a value that is only drawn
EXACT: Final = 10  # of a value that is listed: more than a venue's prices have


def page(answers: Sequence[Answer], template: Path | None = None) -> str:
    """Return the page of one or several answers."""
    if not answers:
        raise ReportError("A report needs at least one answer of a backtest.")
    runs = [view(answer) for answer in answers]
    environment = SandboxedEnvironment(
        autoescape=True,
        loader=_loader(template),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = {"separators": (",", ":")}
    environment.filters |= {"percent": figures.percent, "label": figures.label}
    given = {
        "runs": runs,
        "titles": titles(answers),
        "comparison": figures.groups([run.answer["stats"] for run in runs]),
        "month_names": months.NAMES,
        "filled": figures.filled,
        "data": [_data(run) for run in runs],
        "style": _asset("uPlot.min.css") + _asset("report.css"),
        "script": _asset("uPlot.iife.min.js") + _asset("report.js"),
    }
    return _rendered(environment, template, given)


def _rendered(
    environment: SandboxedEnvironment, template: Path | None, given: Mapping[str, Any]
) -> str:
    """Fill in a template; whatever goes wrong in one of the user's own is told as its error."""
    try:
        return environment.get_template(template.name if template else TEMPLATE).render(given)
    except TemplateSyntaxError as error:
        raise ReportError(
            f"{error.filename or template}:{error.lineno}: {error.message}"
        ) from error
    except TemplateError as error:
        raise ReportError(f"{template or TEMPLATE}: {error}") from error
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        if template is None:
            raise
        raise ReportError(f"{template}: {type(error).__name__}: {error}") from error


def _loader(template: Path | None) -> BaseLoader:
    """Find a template of the user's own, what lies beside it, and ours to extend or include."""
    ours = PackageLoader("tradewinds.reporting", "assets")
    if template is None:
        return ours
    if not template.is_file():
        raise ReportError(f"--template {template}: there is no such file.")
    return ChoiceLoader([FileSystemLoader(template.parent), ours])


def _asset(name: str) -> Markup:
    """Return a file of ours as it is."""
    return Markup((ASSETS / name).read_text(encoding="utf-8"))  # noqa: S704 - ours, not input


def _data(run: View) -> dict[str, Any]:
    """Return what is drawn of a run; keys without values are left out."""
    with as_written(run.answer):
        return {name: value for name, value in _drawn(run).items() if value}


def _drawn(run: View) -> dict[str, Any]:
    answer = run.answer
    return {
        "capital": answer["capital"],
        "currency": answer.get("currency", ""),
        "time": run.equity.times,
        "equity": _short(run.equity.values),
        "drawdown": _short(run.drawdown.values),
        "held": _beside(run, run.held),
        "benchmark": _beside(run, run.benchmark),
        "benchmarkName": run.heads[-1],
        "exposure": run.exposure and [run.exposure.times, _short(run.exposure.values)],
        "rolling": run.rolling and [run.rolling.times, _short(run.rolling.values)],
        "returns": run.returns and [_short(run.returns.edges), run.returns.counts],
        "walk": run.walk
        and run.walk.equity
        and [run.walk.equity.times, _short(run.walk.equity.values)],
        "prices": _prices(answer),
        "trades": _trades(answer["trades"]),
    }


def _beside(run: View, line: Line | None) -> list[float | None] | None:
    """Return the values of a line at the times of equity, None where it has none."""
    values = dict(zip(*line, strict=True)) if line else {}
    return _short([values.get(time) for time in run.equity.times]) if values else None


def _prices(answer: Answer) -> dict[str, list[list[float | None]]]:
    """Return columns instead of rows: time, open, high, low, close."""
    prices = (answer.get("charts") or {}).get("prices") or {}
    return {
        symbol: [list(column) for column in zip(*rows, strict=True)]
        for symbol, rows in prices.items()
        if rows
    }


def _trades(trades: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return trades as rows of columns; texts, which repeat, are places in a list of words."""
    if not trades:
        return None
    names = [name for name in COLUMNS if name == "share" or any(name in one for one in trades)]
    words: dict[str | None, int] = {None: 0}
    rows = [
        [
            words.setdefault(one.get(name), len(words)) if name in WORDS else _cell(one, name)
            for name in names
        ]
        for one in trades
    ]
    labels = [LABELS.get(name) or figures.label(name) for name in names]
    return {"columns": names, "labels": labels, "words": list(words), "rows": rows}


LABELS: Final = {
    "entryTime": "Entry",
    "entryPrice": "Entry price",
    "exitTime": "Exit",
    "share": "Return",
    "exit": "Exit by",
    "reason": "Entry because",
    "exitReason": "Exit because",
}


def _cell(trade: Mapping[str, Any], name: str) -> Any:
    if name != "share" or "share" in trade:
        value = trade.get(name)
        return float(f"{value:.{EXACT}g}") if isinstance(value, float) else value
    cost = trade["quantity"] * trade["entryPrice"]
    return round(trade["profit"] / cost, DIGITS) if cost else None


def _short(values: Sequence[float | None]) -> list[float | None]:
    """Round what is only drawn, which halves the page."""
    return [None if value is None else float(f"{value:.{DIGITS}g}") for value in values]
