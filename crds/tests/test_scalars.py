from collections.abc import Callable
from decimal import Decimal

import pytest

from tradewinds_crds import scalars
from tradewinds_crds.errors import ScalarError
from tradewinds_crds.scalars import Money, Range, Symbol


def test_money_keeps_every_digit_and_its_currency() -> None:
    assert scalars.parse_money("10000.000000000001 USDT") == Money(
        Decimal("10000.000000000001"), "USDT"
    )


def test_money_prints_as_it_is_written() -> None:
    assert str(scalars.parse_money("500 USDT")) == "500 USDT"


def test_percent_is_an_exact_fraction() -> None:
    assert scalars.parse_percent("0.10%") == Decimal("0.001")


def test_multiple_of_risk_is_read_without_its_letter() -> None:
    assert scalars.parse_multiple("1.5R") == Decimal("1.5")


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [("45s", 45_000), ("90m", 5_400_000), ("12h", 43_200_000), ("30d", 2_592_000_000)],
)
def test_duration_is_milliseconds(text: str, milliseconds: int) -> None:
    assert scalars.parse_duration(text) == milliseconds


def test_bars_are_read_in_both_numbers() -> None:
    assert (scalars.parse_bars("1 bar"), scalars.parse_bars("72 bars")) == (1, 72)


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("1970-01-02", 86_400_000),
        ("1970-01-01T00:01", 60_000),
        ("1970-01-01T00:01Z", 60_000),
        ("1970-01-01T00:00:07Z", 7_000),
    ],
)
def test_time_is_utc(text: str, milliseconds: int) -> None:
    assert scalars.parse_time(text) == milliseconds


def test_day_that_no_calendar_has_is_refused() -> None:
    with pytest.raises(ScalarError, match="no calendar"):
        scalars.parse_time("2023-02-30")


def test_time_of_day_is_milliseconds_since_midnight() -> None:
    assert scalars.parse_time_of_day("14:30") == 52_200_000


def test_speed_is_a_factor_or_none_for_max() -> None:
    assert (scalars.parse_speed("3600x"), scalars.parse_speed("max")) == (3600, None)


def test_range_has_ends_and_a_step() -> None:
    assert scalars.parse_range("20..200 step 5") == Range(Decimal(20), Decimal(200), Decimal(5))
    assert scalars.parse_range("-1..0.5") == Range(Decimal(-1), Decimal("0.5"))


def test_symbol_knows_spot_from_perpetual() -> None:
    assert scalars.parse_symbol("BTC/USDT") == Symbol("BTC", "USDT")
    perpetual = scalars.parse_symbol("BTC/USDT:USDT")
    assert (perpetual.settle, perpetual.spot, str(perpetual)) == ("USDT", False, "BTC/USDT:USDT")


def test_every_timeframe_has_a_length() -> None:
    assert scalars.timeframe_ms("1w") == 7 * scalars.timeframe_ms("1d")
    assert all(scalars.timeframe_ms(name) % 60_000 == 0 for name in scalars.TIMEFRAMES)


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (scalars.parse_money, "10000"),
        (scalars.parse_money, "-5 USDT"),
        (scalars.parse_money, "1e3 USDT"),
        (scalars.parse_money, "10 usdt"),
        (scalars.parse_money, "10 USDT\n"),
        (scalars.parse_percent, "25"),
        (scalars.parse_percent, "25 %"),
        (scalars.parse_multiple, "2r"),
        (scalars.parse_duration, "30"),
        (scalars.parse_duration, "0d"),
        (scalars.parse_duration, "1M"),
        (scalars.parse_bars, "0 bars"),
        (scalars.parse_time, "01.03.2023"),
        (scalars.parse_time, "2023-03-01 14:30"),
        (scalars.parse_time_of_day, "24:00"),
        (scalars.parse_speed, "fast"),
        (scalars.parse_time_zone, "Europe/Berln"),
        (scalars.parse_time_zone, "../etc/passwd"),
        (scalars.parse_range, "50..5"),
        (scalars.parse_range, "5..50 step 0"),
        (scalars.parse_symbol, "BTCUSDT"),
        (scalars.parse_symbol, "btc/usdt"),
        (scalars.timeframe_ms, "7m"),
        (scalars.parse_duration, "٣d"),
    ],
)
def test_text_of_another_form_is_refused_with_the_form_expected(
    parse: Callable[[str], object], text: str
) -> None:
    with pytest.raises(ScalarError, match=r"(?s)^was .*, expected "):
        parse(text)
