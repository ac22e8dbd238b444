"""The closed operators: never an exception, and the same bits in CPython and Numba."""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jitted import jitted

from tradewinds.engine import operators

if TYPE_CHECKING:
    from collections.abc import Callable

TWO = (operators.div, operators.minimum, operators.maximum)
ONE = (operators.log, operators.sqrt, operators.exp, operators.absolute)
TWINS: dict[Any, Any] = {function: jitted(function) for function in (*TWO, *ONE)}
any_float = st.floats() | st.sampled_from([0.0, -0.0, math.nan, math.inf, 709.0, 709.1, 1e308])


def bits(value: float) -> bytes:
    return struct.pack("d", math.nan if math.isnan(value) else value)


@pytest.mark.parametrize("function", TWO)
@settings(max_examples=150, deadline=None)
@given(a=any_float, b=any_float)
def test_two_values_give_the_same_bits(
    function: Callable[[float, float], float], a: float, b: float
) -> None:
    assert bits(function(a, b)) == bits(TWINS[function](a, b))


@pytest.mark.parametrize("function", ONE)
@settings(max_examples=150, deadline=None)
@given(a=any_float)
def test_one_value_gives_the_same_bits(function: Callable[[float], float], a: float) -> None:
    assert bits(function(a)) == bits(TWINS[function](a))


@pytest.mark.parametrize("function", [operators.minimum, operators.maximum])
def test_nan_wins_over_every_number(function: Callable[[float, float], float]) -> None:
    assert math.isnan(function(math.nan, 1.0))
    assert math.isnan(function(1.0, math.nan))
    assert function(2.0, 1.0) + function(1.0, 2.0) in {2.0, 4.0}


def test_what_has_no_value_is_nan() -> None:
    found = [operators.div(1.0, 0.0), operators.log(0.0), operators.sqrt(-1.0), operators.exp(710)]
    assert all(math.isnan(value) for value in found)
