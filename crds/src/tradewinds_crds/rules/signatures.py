"""What a signature is: an indicator's, its parameters', a function's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MAX_BARS: Final = 10_000  # the longest window or look back; bounds the memory of a bot


@dataclass(frozen=True, slots=True)
class Argument:
    """A parameter of an indicator: a constant, so a number or made of the rules' parameters."""

    name: str
    default: float | None
    low: float
    high: float
    whole: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """The signature of an indicator.

    `series` are the inputs that a rule writes down, `bars` the fields that it reads by itself,
    `outputs` its named values (none when it has just one), `span` the values it can take. `warmup`
    is the number of inputs to the first value of the last output, made of the parameters; `source`
    says who defined it, and where it is the same.
    """

    name: str
    sentence: str
    series: tuple[str, ...]
    bars: tuple[str, ...]
    parameters: tuple[Argument, ...]
    outputs: tuple[str, ...] = ()
    span: tuple[float, float] | None = None
    warmup: str = "length"
    source: str = ""

    @property
    def signature(self) -> str:
        written = [
            a.name if a.default is None else f"{a.name}={a.default:g}" for a in self.parameters
        ]
        return f"{self.name}({', '.join([*self.series, *written])})"


@dataclass(frozen=True, slots=True)
class FunctionSignature:
    """A function that is no indicator: it keeps no window of bars of its own kind."""

    signature: str
    fewest: int
    most: int
    sentence: str


def window(default: float | None = None, low: int = 1) -> Argument:
    """Return the parameter `length`."""
    return Argument("length", default, low, MAX_BARS, whole=True, sentence="Bars of the window.")


def bars(name: str, default: float, sentence: str, low: int = 1) -> Argument:
    """Return a parameter that counts bars."""
    return Argument(name, default, low, MAX_BARS, whole=True, sentence=sentence)


def figure(name: str, default: float, low: float, high: float, sentence: str) -> Argument:
    """Return a parameter that is any number within bounds."""
    return Argument(name, default, low, high, whole=False, sentence=sentence)
