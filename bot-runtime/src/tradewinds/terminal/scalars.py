"""Option types for the scalars of manifests, so that `--symbol` and YAML read the same texts."""

from decimal import Decimal, InvalidOperation
from typing import Any, Final

import click

from tradewinds_crds.scalars import parse_symbol, parse_time, timeframe_ms

EXCHANGE_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


class ExchangeType(click.ParamType[str]):
    """A venue by its ccxt id."""

    name = "exchange"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not value or set(value) - EXCHANGE_LETTERS:
            self.fail(
                f"was {value!r}, expected a venue's id in small letters: binance.", param, ctx
            )
        return str(value)


class SymbolType(click.ParamType[str]):
    """A market such as `BTC/USDT`."""

    name = "symbol"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return str(parse_symbol(value))
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)


class TimeframeType(click.ParamType[str]):
    """The length of a bar such as `1h`."""

    name = "timeframe"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            timeframe_ms(value)
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)
        return str(value)


class TimeType(click.ParamType[int]):
    """A UTC date or time, as milliseconds."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        try:
            return parse_time(value)
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)


class PositiveType(click.ParamType[Decimal]):
    """An exact number above zero, such as a tick."""

    name = "number"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal(0)
        if not number.is_finite() or number <= 0:
            self.fail(f"was {value!r}, expected a number above 0 such as 0.01.", param, ctx)
        return number


EXCHANGE: Final = ExchangeType()
SYMBOL: Final = SymbolType()
TIMEFRAME: Final = TimeframeType()
TIME: Final = TimeType()
POSITIVE: Final = PositiveType()
