"""Hypothesis strategies: random rule manifests with a bracket, and random bars with gaps."""

from __future__ import annotations

import math
import random
from functools import cache
from typing import Any

from hypothesis import strategies as st

HOUR = 3_600_000
START = 1_704_067_200_000 + 2 * HOUR  # a Monday, two hours into a day
FIELDS = ("open", "high", "low", "close", "volume")
POSITION = ("position", "average_price", "last_fill_price", "bars_in_trade")
PARAMETERS = {"p": 2, "q": 3, "k": 1.5}
_lengths = st.sampled_from(["1", "2", "3", "4", "p", "q", "p + 1", "q - p"])
_literals = st.sampled_from(["0", "1", "0.5", "3", "100", "101.5", "k", "p", "-2", "k * 2"])


@cache  # building a strategy costs more than drawing from it
def numbers(depth: int, names: tuple[str, ...], *, higher: bool = False) -> st.SearchStrategy[str]:
    """Return texts of numbers; inside a higher timeframe there are no position and no own names."""
    plain = (*FIELDS, *names) if higher else (*FIELDS, *POSITION, *names)
    leaf = st.one_of(st.sampled_from(plain), _literals)
    if depth == 0:
        return leaf
    inner = numbers(depth - 1, names, higher=higher)
    test = conditions(depth - 1, names, higher=higher)
    choices = [
        leaf,
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*", "/"]), inner),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), inner, inner),
        st.builds("{}({})".format, st.sampled_from(["abs", "log", "sqrt"]), inner),
        st.builds("({})[{}]".format, inner, st.sampled_from(["0", "1", "2", "p", "q - p"])),
        st.builds("({} if {} else {})".format, inner, test, inner),
        st.builds("bars_since({})".format, test),
        st.builds("(-{})".format, inner),
        _indicator(inner),
    ]
    if not higher:
        choices.append(_higher(depth, tuple(name for name in names if "(" in name)))
    return st.one_of(choices)


@cache
def conditions(
    depth: int, names: tuple[str, ...], *, higher: bool = False
) -> st.SearchStrategy[str]:
    """Return texts of conditions."""
    number = numbers(depth, names, higher=higher)
    operator = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
    compare = st.builds("({} {} {})".format, number, operator, number)
    chain = st.builds("({} < {} <= {})".format, number, number, number)
    direction = st.sampled_from(["above", "below"])
    cross = st.builds("crosses_{}({}, {})".format, direction, number, number)
    if depth == 0:
        return st.one_of(compare, cross)
    inner = conditions(depth - 1, names, higher=higher)
    return st.one_of(
        compare,
        chain,
        cross,
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner),
        st.builds("(not {})".format, inner),
        st.builds("({})[{}]".format, inner, st.sampled_from(["1", "2", "q"])),
        st.builds("({} if {} else {})".format, inner, inner, inner),
    )


@st.composite
def rule_manifests(draw: st.DrawFn, other: str) -> dict[str, Any]:
    """Draw `rules` with some indicators, entries and exits on one or both sides.

    They may read the fields of another symbol.
    """
    names = [f'{field}("{other}")' for field in draw(st.sampled_from([(), FIELDS]))]
    indicators: dict[str, str] = {}
    for name in ("first", "second", "third")[: draw(st.integers(0, 3))]:
        indicators[name] = draw(numbers(2, tuple(names)))
        names.append(name)
    if draw(st.booleans()):
        indicators["bb"] = draw(st.sampled_from(["bollinger(close, 3, k)", "bollinger(low, q)"]))
        names += ["bb.upper", "bb.middle", "bb.lower"]
    rules: dict[str, Any] = {"parameters": PARAMETERS, "indicators": indicators}
    sides = draw(st.sampled_from([("long",), ("short",), ("long", "short")]))
    for side in sides:
        rules[side] = {"entry": draw(conditions(2, tuple(names)))}
        if draw(st.booleans()):
            rules[side]["exit"] = draw(conditions(2, tuple(names)))
        if draw(st.booleans()):
            kinds = draw(st.sampled_from([["limit"], ["stop"], ["limit", "stop"]]))
            rules[side]["entryOrder"] = {kind: draw(numbers(1, tuple(names))) for kind in kinds}
            if draw(st.booleans()):
                rules[side]["entryOrder"]["validFor"] = "3 bars"
        if draw(st.booleans()):
            shares = st.sampled_from(["50%", "100%", "150%"])
            rules[side]["scaleIn"] = [
                {"when": draw(conditions(1, tuple(names))), "size": draw(shares), "max": most}
                for most in draw(st.lists(st.integers(1, 3), max_size=2))
            ]
    return rules


@st.composite
def brackets(draw: st.DrawFn) -> dict[str, Any] | None:
    """Draw a bracket with any of its parts."""
    stops = [{"by": "3%"}, {"by": "k * atr(3)"}, {"at": "lowest(low, q)"}, {"by": "close - low"}]
    targets = [{"by": "9%"}, {"by": "2R"}, {"by": "atr(2)"}, {"at": "close * 1.1"}]
    bracket: dict[str, Any] = {}
    if draw(st.booleans()):
        bracket["stopLoss"] = draw(st.sampled_from(stops))
    if draw(st.booleans()):
        closes = draw(st.sampled_from([["100%"], ["50%", "50%"], ["30%", "33%"], ["40%"]]))
        bracket["takeProfit"] = [
            {**draw(st.sampled_from(targets)), "close": close} for close in closes
        ]
    if draw(st.booleans()):
        trails = [{"by": "2%"}, {"by": "2 * atr(3)"}, {"by": "4%", "activateAt": "2%"}]
        bracket["trailingStop"] = draw(st.sampled_from(trails))
    if draw(st.booleans()):
        evens = [{"activateAt": "2%"}, {"activateAt": "1%", "offset": "0.2%"}]
        bracket["breakEven"] = draw(st.sampled_from(evens))
    if draw(st.booleans()):
        bracket["timeStop"] = {"after": draw(st.sampled_from(["1 bar", "4 bars", "6h"]))}
    return bracket or None


def bar_sets(symbols: int = 1) -> st.SearchStrategy[list[tuple[int, list[float]]]]:
    """Return (close time, flat bars) of hours, with lone gaps and with hours that nobody has."""
    return st.builds(_bar_sets, st.integers(0, 2**32), st.integers(1, 40), st.just(symbols))


def _bar_sets(seed: int, length: int, symbols: int) -> list[tuple[int, list[float]]]:
    chance = random.Random(seed)  # noqa: S311  # no secret; a seed shrinks faster than its bars
    sets = []
    time = START
    prices = [100.0] * symbols
    for _ in range(length):
        time += HOUR * chance.choice([1, 1, 1, 1, 1, 1, 2, 5])
        flat: list[float] = []
        for symbol in range(symbols):
            row = _bar(prices[symbol], [float(chance.randint(-8, 8)) for _ in range(3)])
            gap = chance.randrange(10) == 0
            flat += [math.nan] * 5 if gap else row
            prices[symbol] = prices[symbol] if gap else row[3]
        sets.append((time, flat))
    return sets


def _bar(before: float, moves: list[float]) -> list[float]:
    start = max(2.0, before + moves[0] / 2)
    end = max(2.0, start + moves[1])
    reach = abs(moves[2]) / 4
    return [start, max(start, end) + reach, min(start, end) - reach, end, abs(moves[0]) * 10.0]


def _indicator(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    window = st.sampled_from(["sma", "ema", "rsi", "highest", "lowest", "wma", "stdev"])
    output = st.sampled_from(["macd", "signal", "histogram"])
    band = st.sampled_from(["upper", "middle", "lower", "percent"])
    whole_bars = ["obv(close)", "adx(2).plus_di", "supertrend(2).line", "fractals(1).high",
                  "stochastic(3, 2, 1).k", "parabolic_sar()", "vwap(3)",
                  "session_vwap(9)"]  # fmt: skip
    return st.one_of(
        st.sampled_from(whole_bars),
        st.builds("{}({}, {})".format, window, inner, _lengths),
        st.builds("atr({})".format, _lengths),
        st.builds("macd({}, p, 4, 2).{}".format, inner, output),
        st.builds("bollinger({}, q, k).{}".format, inner, band),
    )


def _higher(depth: int, names: tuple[str, ...]) -> st.SearchStrategy[str]:
    inner = numbers(depth - 1, names, higher=True)
    timeframe = st.sampled_from(["2h", "4h", "1d", "1w"])
    window = st.sampled_from(["sma", "ema", "highest", "lowest"])
    return st.one_of(
        st.builds('{}({}, {}, timeframe="{}")'.format, window, inner, _lengths, timeframe),
        st.builds('atr(2, timeframe="{}")'.format, timeframe),
        st.builds('session_vwap(timeframe="{}")'.format, timeframe),
        st.builds('bollinger({}, 2, timeframe="{}").lower'.format, inner, timeframe),
    )


def market(length: int, symbols: int = 1, seed: int = 7) -> list[tuple[int, list[float]]]:
    """Return a fixed market without gaps: a random walk of hours."""
    chance = random.Random(seed)  # noqa: S311  # no secret
    prices = [100.0] * symbols
    sets = []
    for at in range(length):
        flat: list[float] = []
        for symbol in range(symbols):
            row = _bar(prices[symbol], [chance.gauss(0.0, 1.5) for _ in range(3)])
            flat += row
            prices[symbol] = row[3]
        sets.append((START + at * HOUR, flat))
    return sets
