"""Lots and ticks in floats, against the same in Decimal."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tradewinds.engine.records import BUY, SELL
from tradewinds.engine.units import from_units, to_lots, to_ticks

UNITS = [f"{digit}E-{places}" for digit in ("1", "2", "5") for places in range(9)] + ["25E-4", "10"]
units = st.sampled_from([Decimal(unit) for unit in UNITS])
counts = st.integers(min_value=1, max_value=2**40)
# A float of 2**40 and a thousandth is within four units in the last place of the whole number, so
# that it is on the grid; up to 2**38 a thousandth off is off.
fewer = st.integers(min_value=1, max_value=2**38)


@pytest.mark.parametrize(
    ("quantity", "lot", "lots"),
    [(0.07, 0.01, 7), (0.3, 0.1, 3), (1.15, 0.01, 115), (0.0799999, 0.01, 7), (0.009, 0.01, 0)],
)
def test_lots_of_a_quantity(quantity: float, lot: float, lots: int) -> None:
    assert to_lots(quantity, lot) == lots


@pytest.mark.parametrize("quantity", [0.0, -1.0, float("nan")])
def test_nothing_is_no_lot(quantity: float) -> None:
    assert to_lots(quantity, 0.01) == 0.0


@given(counts, units)
def test_a_quantity_on_the_grid_keeps_every_lot(count: int, lot: Decimal) -> None:
    assert to_lots(float(count * lot), float(lot)) == count


@given(fewer, units, st.integers(min_value=1, max_value=999))
@example(2**38, Decimal("5E-7"), 999)
def test_a_quantity_off_the_grid_is_floored(count: int, lot: Decimal, part: int) -> None:
    quantity = count * lot + lot * part / 1000
    exact = (quantity / lot).to_integral_value(ROUND_FLOOR)
    assert to_lots(float(quantity), float(lot)) == int(exact)


@given(fewer, units, st.integers(min_value=1, max_value=999))
@example(2**38, Decimal("2E-3"), 1)
def test_a_price_off_the_grid_is_rounded_against_us(count: int, tick: Decimal, part: int) -> None:
    price = count * tick + tick * part / 1000
    up = (price / tick).to_integral_value(ROUND_CEILING)
    down = (price / tick).to_integral_value(ROUND_FLOOR)
    assert to_ticks(float(price), float(tick), BUY) == int(up)
    assert to_ticks(float(price), float(tick), SELL) == int(down)


@given(counts, units, st.sampled_from([BUY, SELL]))
def test_a_price_on_the_grid_stays(count: int, tick: Decimal, side: int) -> None:
    assert to_ticks(float(count * tick), float(tick), side) == count


@given(counts, units)
def test_units_give_the_float_nearest_to_the_decimal(count: int, unit: Decimal) -> None:
    assert from_units(float(count), float(unit)) == float(count * unit)


def test_a_price_is_at_least_one_tick() -> None:
    assert to_ticks(0.001, 0.01, SELL) == 1.0
