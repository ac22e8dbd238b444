"""Figures of a Python strategy that follow the bars: indicators and plain series.

A strategy declares them in `on_start` and reads `upper[symbol]` (now) or `upper[symbol, 1]` (one
bar of that symbol ago). Each symbol has its own state; a gap moves nothing. The step functions are
those that compiled rules call, so a class and a rule see the same numbers.
"""

from __future__ import annotations

import math
from array import array
from typing import TYPE_CHECKING, Final, NoReturn

from tradewinds.engine.errors import StrategyError
from tradewinds.engine.indicators import STEPS
from tradewinds.engine.records import BAR_SIZE, CLOSE, HIGH, LOW, OPEN, VOLUME
from tradewinds_crds.rules import CATALOG

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tradewinds_crds.rules.catalog import Argument

REMEMBERED: Final = 5_000  # bars that can be read back; twice as many are kept at most
FIELDS: Final = {"open": OPEN, "high": HIGH, "low": LOW, "close": CLOSE, "volume": VOLUME}


class Study:
    """An indicator of the catalogue, by name, to be given to `Strategy.indicator`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.__doc__ = CATALOG[name].sentence

    def __repr__(self) -> str:
        return f"ta.{self.name}"

    def arguments(
        self, given: Sequence[str | Series | float], refuse: Callable[[str], NoReturn]
    ) -> tuple[list[str | Series], list[int | float]]:
        """Split what was given into series and numbers, with the catalogue's defaults."""
        known = CATALOG[self.name]
        form = ", ".join((*known.series, *(one.name for one in known.parameters)))
        sources = given[: len(known.series)]
        numbers = list(given[len(known.series) :])
        if len(numbers) > len(known.parameters):
            refuse(f"{len(given)} arguments are too many, expected {form}")
        fed = [one for one in sources if isinstance(one, Series) or one in FIELDS]
        if len(fed) < len(known.series):
            refuse(f'expected {form}, the series first: "close", or another indicator')
        defaults = [one.default for one in known.parameters[len(numbers) :]]
        return fed, [
            self._number(one, number, refuse)
            for one, number in zip(known.parameters, [*numbers, *defaults], strict=True)
        ]

    def _number(
        self, known: Argument, number: object, refuse: Callable[[str], NoReturn]
    ) -> int | float:
        if not isinstance(number, int | float) or not known.low <= number <= known.high:
            refuse(f"{known.name} was {number!r}, expected a number {known.low} to {known.high}")
        if known.whole and number != int(number):
            refuse(f"{known.name} was {number}, expected a whole number")
        return int(number) if known.whole else float(number)


class Series:
    """One figure for each symbol, remembered for REMEMBERED bars.

    A bot pushes each bar's figure. A backtest may know the whole column before it runs; what can be
    read of it ends at the bar that is decided on.
    """

    def __init__(self, name: str, symbols: Sequence[str], warmup: int) -> None:
        self.name = name
        self.warmup = warmup
        self._symbols = symbols
        self._values = {symbol: array("d") for symbol in symbols}
        self._now = dict.fromkeys(symbols, -1)  # the place of the bar that is decided on

    def __getitem__(self, key: str | tuple[str, int]) -> float:
        try:
            if type(key) is str:  # the quickest test, of what a class does most
                return self._values[key][self._now[key]]
            symbol, ago = (key, 0) if isinstance(key, str) else key
            now = self._now[symbol]
        except KeyError:
            self._refuse_symbol(key)
        except IndexError:  # there was no bar yet
            return math.nan
        if not 0 <= ago < REMEMBERED:
            raise StrategyError(
                f"{self.name}[{symbol!r}, {ago}]: bars ago was {ago}, expected 0 (now) to"
                f" {REMEMBERED - 1}"
            )
        return self._values[symbol][now - ago] if ago <= now else math.nan

    def values(self, symbol: str) -> list[float]:
        """Return what is remembered of a symbol, the oldest first."""
        if symbol not in self._now:
            self._refuse_symbol(symbol)
        end = self._now[symbol] + 1
        return list(self._values[symbol][max(0, end - REMEMBERED) : end])

    def push(self, place: int, value: float) -> None:
        """Remember a symbol's figure of a closed bar."""
        symbol = self._symbols[place]
        values = self._values[symbol]
        values.append(value)
        if len(values) >= 2 * REMEMBERED:
            del values[:-REMEMBERED]
        self._now[symbol] = len(values) - 1

    def know(self, column: array[float], now: dict[str, int]) -> None:
        """Take the whole column of the only symbol; others keep `now`, the place of the bar."""
        self._values = {self._symbols[0]: column}
        self._now = now

    def last(self, place: int) -> float:
        """Return a symbol's newest figure, by place; NaN before the first."""
        values = self._values[self._symbols[place]]
        return values[-1] if values else math.nan

    def _refuse_symbol(self, key: object) -> NoReturn:
        symbol = key[0] if isinstance(key, tuple) else key
        raise StrategyError(
            f"{self.name}: symbol was {symbol!r}, expected one of {', '.join(self._symbols)}"
        ) from None


class Field(Series):
    """A field of the bars themselves, such as close."""

    def __init__(self, field: str, symbols: Sequence[str]) -> None:
        super().__init__(field, symbols, warmup=1)
        self.field = field
        self._field = FIELDS[field]

    def step(self, place: int, bars: list[float], _: int) -> None:
        """Take a symbol's bar."""
        self.push(place, bars[place * BAR_SIZE + self._field])

    def defined(self, place: int) -> bool:
        """Whether the symbol has a figure now."""
        return not math.isnan(self.last(place))


class Indicator(Series):
    """An indicator with its inputs; named outputs are attributes, such as `macd.signal`."""

    def __init__(
        self,
        study: Study,
        inputs: Sequence[Series],
        parameters: Sequence[int | float],
        symbols: Sequence[str],
    ) -> None:
        step = STEPS[study.name]
        before = max((source.warmup for source in inputs), default=1)
        super().__init__(study.name, symbols, before - 1 + step.warmup(*parameters))
        self.outputs = {
            name: Series(f"{study.name}.{name}", symbols, self.warmup) for name in step.outputs
        }
        self.study = study.name
        self.inputs = inputs
        self.parameters = parameters
        self._step = step
        read = CATALOG[study.name].bars
        self._bars = [FIELDS[field] for field in read if field in FIELDS]
        self._timed = "opened" in read  # the last that it reads
        self._states = [[0.0] * step.size(*parameters) for _ in symbols]

    def __getattr__(self, name: str) -> Series:
        outputs = vars(self).get("outputs", {})
        if name not in outputs:
            raise AttributeError(
                f"{vars(self).get('name', 'indicator')} has no output '{name}', it has"
                f" {', '.join(outputs) or 'one value'}"
            )
        output: Series = outputs[name]
        return output

    def step(self, place: int, bars: list[float], opened: int) -> None:
        """Take a symbol's bar that opened then, after the series that this one reads."""
        state = self._states[place]
        fed = [source.last(place) for source in self.inputs]
        read = [bars[place * BAR_SIZE + field] for field in self._bars]
        if self._timed:
            read.append(float(opened))
        self.push(place, self._step.function(state, 0, *fed, *read, *self.parameters))
        for name, at in self._step.outputs.items():
            self.outputs[name].push(place, state[at])

    def defined(self, place: int) -> bool:
        """Whether every output of the symbol has a figure now."""
        series = (self, *self.outputs.values())
        return not any(math.isnan(one.last(place)) for one in series)
