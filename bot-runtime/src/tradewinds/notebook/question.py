"""From a call to the question that a manifest would ask, and to the source that answers it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from tradewinds.backtesting.prepare import market_of
from tradewinds.backtesting.question import Overrides, read_question
from tradewinds.engine.classes.parameter import parameters_of
from tradewinds.engine.classes.strategy import Strategy
from tradewinds.notebook.errors import CallError
from tradewinds.notebook.frames import read_frame
from tradewinds.notebook.source import FrameSource, Rules
from tradewinds_crds.errors import ScalarError
from tradewinds_crds.names import API_VERSION
from tradewinds_crds.scalars import parse_symbol, parse_time

if TYPE_CHECKING:
    from tradewinds_store.bars import Bars

HELD: Final = "tradewinds_notebook_classes"
"""The module that the classes of a notebook are found in by name."""
SYMBOL: Final = "ASSET/USDT"
EXCHANGE: Final = "notebook"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a call says beside strategy, bars and parameters; None where it says nothing."""

    symbol: str | None = None
    timeframe: str | None = None
    exchange: str | None = None
    capital: str | None = None
    sizing: str | Mapping[str, str] | None = None
    bracket: Mapping[str, Any] | None = None
    warmup: int | str | None = None
    fee: str | None = None
    slippage: str | None = None
    rules: Mapping[str, Rules] | None = None
    start: Any = None
    end: Any = None
    name: str | None = None
    benchmark: str | None = None


def ask(
    strategy: type[Strategy] | str | Path, bars: Any, terms: Terms, parameters: Mapping[str, float]
) -> tuple[dict[str, Any], FrameSource | None]:
    """Return the question and the DataFrames as its source; None where the store answers."""
    if isinstance(strategy, str | Path):
        return _of_file(Path(strategy), bars, terms, parameters)
    if not (isinstance(strategy, type) and issubclass(strategy, Strategy)):
        raise CallError(
            f"strategy: was {strategy!r}, expected a subclass of tradewinds.Strategy or the path of"
            " a manifest. Give the class itself, not an instance of it"
        )
    if bars is None:
        raise CallError(f"{strategy.__name__}: give bars=df, a DataFrame or one for each symbol")
    return _of_class(strategy, bars, terms, parameters)


def _of_class(
    strategy: type[Strategy], bars: Any, terms: Terms, parameters: Mapping[str, float]
) -> tuple[dict[str, Any], FrameSource]:
    unknown = sorted(set(parameters) - set(parameters_of(strategy)))
    if unknown:
        known = ", ".join(parameters_of(strategy)) or "none"
        raise CallError(
            f"{strategy.__name__}: {unknown[0]!r} is neither a parameter of the class ({known}) nor"
            " an argument of this call. Correct the name"
        )
    frames = bars if isinstance(bars, Mapping) else {terms.symbol or SYMBOL: bars}
    series, timeframe = _series(frames, terms)
    symbols = [one for one in frames if one != terms.benchmark] or list(frames)
    quote = parse_symbol(symbols[0]).quote
    spec: dict[str, Any] = {
        "symbols": symbols,
        "timeframe": timeframe,
        "capital": terms.capital or f"10000 {quote}",
        "python": {"module": HELD, "class": _hold(strategy)},
        "parameters": dict(parameters),
    }
    exchange = terms.exchange or EXCHANGE
    question = {
        "apiVersion": API_VERSION,
        "kind": "Backtest",
        "metadata": {"name": terms.name or strategy.__name__},
        "spec": {"strategy": spec, "data": {"exchange": exchange}},
    }
    source = FrameSource(exchange, timeframe, series, terms.rules or {})
    return with_terms(question, terms), source


def _of_file(
    path: Path, bars: Any, terms: Terms, parameters: Mapping[str, float]
) -> tuple[dict[str, Any], FrameSource | None]:
    overrides = Overrides(name=terms.name, parameters=parameters, exchange=terms.exchange)
    question = with_terms(read_question(path, overrides), terms)
    if bars is None:
        return question, None
    market = market_of(question)
    frames = bars if isinstance(bars, Mapping) else {market.symbols[0]: bars}
    missing = [symbol for symbol in market.symbols if symbol not in frames]
    if missing:
        raise CallError(
            f"{path}: it trades {', '.join(market.symbols)}, and bars has no {missing[0]}. Give a"
            f" dict: bars={{{missing[0]!r}: df}}"
        )
    series, _ = _series(frames, replace(terms, timeframe=market.timeframe))
    return question, FrameSource(market.exchange, market.timeframe, series, terms.rules or {})


def with_terms(question: dict[str, Any], terms: Terms) -> dict[str, Any]:
    """Return the question with what the call says over what the manifest says."""
    spec = dict(question["spec"])
    costs = {
        **_said("fee", terms.fee, {"maker": terms.fee, "taker": terms.fee}),
        **_said("slippage", terms.slippage, terms.slippage),
    }
    if costs:
        spec["costs"] = {**spec.get("costs", {}), **costs}
    spec |= _said("capital", terms.capital, terms.capital)
    spec |= _said("benchmark", terms.benchmark, terms.benchmark)
    ends = {"from": terms.start, "to": terms.end}
    period = {word: _moment(word, value) for word, value in ends.items() if value is not None}
    if period:
        spec["period"] = {**spec.get("period", {}), **period}
    said = {
        **_said("sizing", terms.sizing, _sizing(terms.sizing)),
        **_said("bracket", terms.bracket, terms.bracket),
        **_said("warmup", terms.warmup, _warmup(terms.warmup)),
    }
    question = {**question, "spec": spec}
    if "strategy" in question:
        declared = question["strategy"]
        return {**question, "strategy": {**declared, "spec": {**declared["spec"], **said}}}
    spec["strategy"] = {**spec["strategy"], **said}
    return question


def _said(word: str, said: Any, value: Any) -> dict[str, Any]:
    return {} if said is None else {word: value}


def _series(frames: Mapping[str, Any], terms: Terms) -> tuple[dict[str, Bars], str]:
    """Return the bars of each symbol, and the timeframe that all of them have."""
    wanted = {"rules": terms.rules or {}, "benchmark": [terms.benchmark] if terms.benchmark else ()}
    for word, symbols in wanted.items():
        for symbol in symbols:
            if symbol not in frames:
                raise CallError(
                    f"{word}: was of {symbol}, expected one of bars: {', '.join(frames)}. Give its"
                    f" bars, too: bars={{{symbol!r}: df}}"
                )
    series: dict[str, Bars] = {}
    timeframe = terms.timeframe
    for symbol, frame in frames.items():
        try:
            parse_symbol(symbol)
        except ScalarError as error:
            raise CallError(f"symbol: {error}") from error
        series[symbol], timeframe = read_frame(frame, symbol, timeframe)
    if timeframe is None:
        raise CallError("bars: the dict is empty, expected a DataFrame for each symbol")
    return series, timeframe


def _hold(strategy: type[Strategy]) -> str:
    module = sys.modules.setdefault(HELD, ModuleType(HELD))
    setattr(module, strategy.__name__, strategy)
    return strategy.__name__


def _sizing(said: Any) -> Any:
    return said if isinstance(said, Mapping) else {"equity": said}


def _warmup(said: int | str | None) -> str:
    return said if isinstance(said, str) else f"{said} bars"


def _moment(word: str, value: Any) -> str:
    if isinstance(value, datetime):  # a pandas Timestamp is one, too
        return f"{value.astimezone(UTC) if value.tzinfo else value:%Y-%m-%dT%H:%M:%SZ}"
    text = str(value).replace(" ", "T")
    text += "Z" if "T" in text and not text.endswith("Z") else ""
    try:
        parse_time(text)
    except ScalarError as error:
        raise CallError(
            f"{'start' if word == 'from' else 'end'}: was {value!r}, expected a UTC date or time,"
            " such as '2023-03-01' or '2023-03-01 14:30', or a datetime"
        ) from error
    return text
