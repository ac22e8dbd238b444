"""The types of single fields: what unit each has, how it is written, how long it may be.

Scalars with a unit are strings with a pattern and a maximum length: exact, and without quotes in
YAML. Each type also says in words which form is expected (`x-form`), for errors and for the
reference pages; those words do not reach the CRD.
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, PlainSerializer

from tradewinds_crds import cron, scalars

Timeframe = Annotated[
    Literal["1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "1w"],
    Field(json_schema_extra={"x-example": "1h"}),
]
Weekday = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

NAME_PATTERN = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
IDENTIFIER_PATTERN = r"^[A-Za-z_][A-Za-z0-9_]*$"
MODULE_PATTERN = r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$"


def _words(unit: str, form: str) -> dict[str, Any]:
    return {"x-unit": unit, "x-form": form}


def _scalar(pattern: str, longest: int, unit: str, form: str) -> Any:
    return Field(pattern=pattern, max_length=longest, json_schema_extra=_words(unit, form))


def _readable(parse: Callable[[str], object]) -> AfterValidator:
    def check(text: str) -> str:
        parse(text)
        return text

    return AfterValidator(check)


def _whole(value: float) -> float:
    return int(value) if value.is_integer() else value


Number = Annotated[
    float,
    Field(allow_inf_nan=False, json_schema_extra=_words("number", "a number, such as 12 or 0.5")),
    PlainSerializer(_whole, return_type=float | int),
]
Name = Annotated[
    str,
    _scalar(NAME_PATTERN, 40, "name", "a name of small letters, digits and '-', such as paper"),
]
ObjectName = Annotated[
    str,
    _scalar(
        r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$", 253, "name", "the name of an object in the namespace"
    ),
]
Identifier = Annotated[
    str,
    _scalar(IDENTIFIER_PATTERN, 40, "name", "a name of letters, digits and '_', such as fast_ema"),
]
Text = Annotated[
    str, Field(min_length=1, max_length=500, json_schema_extra=_words("text", "a sentence"))
]
Label = Annotated[
    str, Field(max_length=63, json_schema_extra=_words("label value", "the value of a label"))
]
Money = Annotated[
    str,
    _scalar(scalars.MONEY_PATTERN, 41, "amount", "an amount with its currency, such as 10000 USDT"),
]
Currency = Annotated[str, _scalar(scalars.CURRENCY_PATTERN, 12, "currency", "such as USDT")]
Percent = Annotated[
    str, _scalar(scalars.PERCENT_PATTERN, 16, "percent", "a percentage, such as 25%")
]
SignedPercent = Annotated[
    str,
    _scalar(scalars.SIGNED_PERCENT_PATTERN, 17, "percent", "a percentage, such as 0.01% or -0.01%"),
]
Gain = Annotated[
    str,
    _scalar(
        rf"({scalars.MULTIPLE_PATTERN})|({scalars.PERCENT_PATTERN})",
        16,
        "R or percent",
        "a multiple of the stop loss's distance (1R) or a percentage (5%)",
    ),
]
Duration = Annotated[
    str,
    _scalar(scalars.DURATION_PATTERN, 8, "duration", "a duration in s, m, h, d or w, such as 30d"),
]
Bars = Annotated[str, _scalar(scalars.BARS_PATTERN, 11, "bars", "a number of bars, such as 3 bars")]
BarsOrDuration = Annotated[
    str,
    _scalar(
        rf"({scalars.BARS_PATTERN})|({scalars.DURATION_PATTERN})",
        11,
        "bars or duration",
        "a number of bars or a duration, such as 72 bars or 3d",
    ),
]
Time = Annotated[
    str,
    _scalar(
        scalars.TIME_PATTERN,
        20,
        "UTC time",
        "a UTC date or time, such as 2023-03-01 or 2023-03-01T14:30Z",
    ),
    _readable(scalars.parse_time),
]
TimeOfDay = Annotated[
    str,
    _scalar(scalars.TIME_OF_DAY_PATTERN, 5, "time of day", "a time of the day, such as 14:30"),
]
TimeZone = Annotated[
    str,
    _scalar(
        scalars.TIME_ZONE_PATTERN, 64, "time zone", "a time zone's name, such as Europe/Berlin"
    ),
    _readable(scalars.parse_time_zone),
]
CronText = Annotated[
    str,
    _scalar(
        cron.CRON_PATTERN,
        324,
        "cron expression",
        "minute, hour, day of the month, month and day of the week, such as 0 9 * * 1-5",
    ),
    _readable(cron.parse_cron),
]
Speed = Annotated[str, _scalar(scalars.SPEED_PATTERN, 9, "speed", "a speed, such as 3600x, or max")]
SearchRange = Annotated[
    str,
    _scalar(scalars.RANGE_PATTERN, 96, "range", "a range, such as 5..50 or 20..200 step 5"),
    _readable(scalars.parse_range),
]
Market = Annotated[
    str,
    _scalar(
        scalars.SYMBOL_PATTERN,
        46,
        "symbol",
        "a market as BASE/QUOTE, such as BTC/USDT, or BTC/USDT:USDT for a perpetual",
    ),
]
ExchangeId = Annotated[
    str, _scalar(r"^[a-z0-9]+$", 32, "exchange", "an exchange's ccxt id, such as binance")
]
Expression = Annotated[
    str,
    Field(
        min_length=1,
        max_length=500,
        json_schema_extra=_words("expression", "an expression, such as close > sma(close, 200)"),
    ),
]
Distance = Annotated[
    str,
    Field(
        min_length=1,
        max_length=500,
        json_schema_extra=_words(
            "distance",
            "a distance, such as 3%, 2R or 2 * atr(14)",
        ),
    ),
]
Cpu = Annotated[
    str, _scalar(r"^[1-9][0-9]{0,6}m$", 8, "CPU", "thousandths of a core, such as 250m")
]
Memory = Annotated[str, _scalar(r"^[1-9][0-9]{0,6}(Ki|Mi|Gi)$", 10, "memory", "such as 128Mi")]
Image = Annotated[
    str,
    _scalar(
        r"^[a-z0-9]([a-zA-Z0-9._/:@-]*[a-zA-Z0-9])?$",
        512,
        "image",
        "a container image, such as ghcr.io/desk/strategies:1.2",
    ),
]
