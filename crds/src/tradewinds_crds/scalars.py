"""Scalars with their unit: `10000 USDT`, `25%`, `30d`, `3 bars`, `2R`, `BTC/USDT`, `5..50 step 5`.

A manifest holds them as strings, so that no float and no quote is needed; here they become exact
values. The patterns are also those of the CRD schema: each is plain enough to mean the same to
Python, to Rust's regex (Pydantic) and to RE2 (the API server). No Pydantic here: bots, gateways
and the rule language read scalars too.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from tradewinds_crds.errors import ScalarError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_NUMBER: Final = r"[0-9]{1,15}(\.[0-9]{1,12})?"
_CURRENCY: Final = r"[A-Z0-9]{2,12}"

CURRENCY_PATTERN: Final = rf"^{_CURRENCY}$"
MONEY_PATTERN: Final = rf"^{_NUMBER} {_CURRENCY}$"
PERCENT_PATTERN: Final = r"^[0-9]{1,6}(\.[0-9]{1,8})?%$"
SIGNED_PERCENT_PATTERN: Final = r"^-?[0-9]{1,6}(\.[0-9]{1,8})?%$"
MULTIPLE_PATTERN: Final = r"^[0-9]{1,6}(\.[0-9]{1,6})?R$"
DURATION_PATTERN: Final = r"^[1-9][0-9]{0,6}(s|m|h|d|w)$"
BARS_PATTERN: Final = r"^[1-9][0-9]{0,5} bars?$"
SYMBOL_PATTERN: Final = rf"^[A-Z0-9^][A-Z0-9.^=_-]{{0,19}}/{_CURRENCY}(:{_CURRENCY})?$"
TIME_PATTERN: Final = (
    r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"(T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?Z?)?$"
)
TIME_OF_DAY_PATTERN: Final = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
TIME_ZONE_PATTERN: Final = r"^[A-Za-z][A-Za-z0-9_+-]{0,30}(/[A-Za-z0-9_+-]{1,30}){0,2}$"
SPEED_PATTERN: Final = r"^([1-9][0-9]{0,7}x|max)$"
RANGE_PATTERN: Final = rf"^-?{_NUMBER}\.\.-?{_NUMBER}( step {_NUMBER})?$"

_UNIT_MS: Final = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
TIMEFRAMES: Final = (
    "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "1w",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of one currency, exact."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"


@dataclass(frozen=True, slots=True)
class Symbol:
    """A market: `BTC/USDT` is spot, `BTC/USDT:USDT` a perpetual settled in USDT."""

    base: str
    quote: str
    settle: str | None = None

    @property
    def spot(self) -> bool:
        return self.settle is None

    def __str__(self) -> str:
        return f"{self.base}/{self.quote}" + (f":{self.settle}" if self.settle else "")


@dataclass(frozen=True, slots=True)
class Range:
    """A search range, both ends included; without a step it is continuous."""

    low: Decimal
    high: Decimal
    step: Decimal | None = None


def parse_money(text: str) -> Money:
    """Read `10000 USDT`."""
    _match(MONEY_PATTERN, text, "an amount with its currency, such as 10000 USDT")
    amount, currency = text.split(" ")
    return Money(Decimal(amount), currency)


def parse_percent(text: str) -> Decimal:
    """Read `25%` as the fraction 0.25."""
    _match(PERCENT_PATTERN, text, "a percentage, such as 25%")
    return Decimal(text[:-1]).scaleb(-2)


def parse_signed_percent(text: str) -> Decimal:
    """Read `0.01%` as the fraction 0.0001, and `-0.01%` as its negative."""
    _match(SIGNED_PERCENT_PATTERN, text, "a percentage, such as 0.01% or -0.01%")
    return Decimal(text[:-1]).scaleb(-2)


def parse_multiple(text: str) -> Decimal:
    """Read `2R`, a multiple of the distance from the fill to the stop loss, as 2."""
    _match(MULTIPLE_PATTERN, text, "a multiple of the risk, such as 2R")
    return Decimal(text[:-1])


def parse_duration(text: str) -> int:
    """Read `30d`, `12h`, `90m`, `45s` or `2w` as milliseconds."""
    _match(DURATION_PATTERN, text, "a duration in s, m, h, d or w, such as 30d")
    return int(text[:-1]) * _UNIT_MS[text[-1]]


def parse_bars(text: str) -> int:
    """Read `3 bars` as 3."""
    _match(BARS_PATTERN, text, "a number of bars, such as 3 bars")
    return int(text.split(" ", maxsplit=1)[0])


def parse_time(text: str) -> int:
    """Read `2023-03-01` or `2023-03-01T14:30Z` (always UTC) as milliseconds since 1970."""
    expected = "a UTC date or time, such as 2023-03-01 or 2023-03-01T14:30Z"
    _match(TIME_PATTERN, text, expected)
    try:
        moment = datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)
    except ValueError:
        raise ScalarError(
            f"was '{text}', a day that no calendar has; expected {expected}"
        ) from None
    return int(moment.timestamp()) * 1_000


def parse_time_of_day(text: str) -> int:
    """Read `14:30` (UTC) as milliseconds since midnight."""
    _match(TIME_OF_DAY_PATTERN, text, "a time of day in UTC, such as 14:30")
    return (int(text[:2]) * 60 + int(text[3:])) * 60_000


def parse_time_zone(text: str) -> "ZoneInfo":
    """Read `Europe/Berlin`, a zone of the installed time-zone data."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415  # few manifests have one

    expected = "a time zone of the IANA list, such as Europe/Berlin or America/New_York"
    _match(TIME_ZONE_PATTERN, text, expected)
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ScalarError(f"was '{text}', expected {expected}") from None


def parse_speed(text: str) -> int | None:
    """Read `3600x` as 3600; `max`, as fast as the machine can, is None."""
    _match(SPEED_PATTERN, text, "a speed such as 3600x, or max")
    return None if text == "max" else int(text[:-1])


def parse_range(text: str) -> Range:
    """Read `5..50` or `20..200 step 5`."""
    expected = "a range such as 5..50 or 20..200 step 5, its low end first"
    _match(RANGE_PATTERN, text, expected)
    ends, _, step = text.partition(" step ")
    low, high = (Decimal(end) for end in ends.split(".."))
    if low > high or (step and Decimal(step) == 0):
        raise ScalarError(f"was '{text}', expected {expected}")
    return Range(low, high, Decimal(step) if step else None)


def parse_symbol(text: str) -> Symbol:
    """Read `BTC/USDT` or `BTC/USDT:USDT`."""
    _match(SYMBOL_PATTERN, text, "a market as BASE/QUOTE, such as BTC/USDT or BTC/USDT:USDT")
    base, _, rest = text.partition("/")
    quote, _, settle = rest.partition(":")
    return Symbol(base, quote, settle or None)


def timeframe_ms(text: str) -> int:
    """Return the length of a bar in milliseconds."""
    if text not in TIMEFRAMES:
        raise ScalarError(f"was '{text}', expected one of {', '.join(TIMEFRAMES)}")
    return int(text[:-1]) * _UNIT_MS[text[-1]]


def _match(pattern: str, text: str, expected: str) -> None:
    if re.fullmatch(pattern, text) is None or text.endswith("\n"):
        raise ScalarError(f"was '{text}', expected {expected}")
