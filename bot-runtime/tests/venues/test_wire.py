"""Rows and words: the same order or fill after the journey, and a named error for what is none."""

import math
from functools import partial
from typing import Any

import pytest
from given import parts, plan
from hypothesis import given as each
from hypothesis import strategies as st

from tradewinds.engine.book import Book
from tradewinds.engine.errors import PlanError, RowError
from tradewinds.engine.records import (
    BY_R,
    CANCEL,
    ENTER,
    EXIT,
    MARKET,
    MOST_ADDS,
    MOST_STEPS,
    ORDER_TAG,
    PARTS_SIZE_OF,
    SIDE_WORDS,
    STOP,
    TAKE_PROFIT,
)
from tradewinds.venues.wire import fill_json, fill_row, funding_row, order_json, order_row


def _parts(steps: Any, trail: Any, follows: Any, even: Any, age: int) -> list[float]:
    made = parts(*steps, trail=trail, follows=follows, even=even, offset=0.002, age=age)
    return [*made, *[0.0] * (PARTS_SIZE_OF - len(made))]


REST = [0.0] * (PARTS_SIZE_OF + 3)
BOTH = plan("BTC/USDT", "ETH/USDT")
whole = st.integers(0, 2**53).map(float)
protection = st.one_of(
    st.just((0.0, math.nan)),
    st.tuples(st.integers(1, BY_R).map(float), st.floats(1e-9, 1e9)),
)
moved = st.one_of(
    st.just((0.0, 0.0)), st.tuples(st.integers(1, BY_R).map(float), st.floats(1e-9, 1e9))
)
steps = st.lists(
    st.tuples(st.integers(1, BY_R).map(float), st.floats(1e-9, 1e9), st.floats(0, 1)),
    max_size=MOST_STEPS,
)
behind = st.one_of(
    st.just(REST),
    st.builds(
        lambda add, some, trail, follows, even, age, post, trigger: [
            add,
            *some(trail, follows, even, age),
            float(post),
            trigger,
        ],
        st.integers(0, MOST_ADDS).map(float),
        steps.map(lambda drawn: partial(_parts, drawn)),
        moved,
        moved,
        moved,
        st.integers(0, 99),
        st.booleans(),
        st.floats(0, 1e9),
    ),
)
orders = st.builds(
    lambda symbol, effect, side, kind, lots, ticks, bars, stop, target, more: [
        *(symbol, effect, side, kind, lots, ticks, bars, *stop, *target, 0.0),
        *(more if effect == ENTER else [0.0] * len(more)),
    ],
    st.sampled_from([0.0, 1.0]),
    st.integers(1, EXIT).map(float),
    st.sampled_from([float(side) for side in SIDE_WORDS]),
    st.integers(1, STOP).map(float),
    whole,
    whole,
    st.integers(0, 500).map(float),
    protection,
    protection,
    behind,
)
fills = st.tuples(
    st.sampled_from([0.0, 1.0]),
    st.integers(1, EXIT).map(float),
    st.sampled_from([float(side) for side in SIDE_WORDS]),
    st.integers(1, TAKE_PROFIT).map(float),
    whole,
    whole,
    st.floats(0, 1e9),
    whole,
).map(list)


@each(orders)
def test_order_comes_back_as_it_went(row: list[float]) -> None:
    back = order_row(BOTH, order_json(BOTH, row, 3, "why"))
    assert repr(back) == repr(row)
    assert back[ORDER_TAG] == 0


@each(fills)
def test_fill_comes_back_as_it_went(row: list[float]) -> None:
    assert fill_row(BOTH, fill_json(BOTH, row)) == row


def test_fill_tells_what_it_does_to_the_cash_to_the_last_bit() -> None:
    row = [1.0, float(ENTER), 1.0, float(MARKET), 7.0, 12_345.0, 0.123, 0.0]
    book = Book(BOTH)
    before = book.cash
    book.apply_fill(row)
    told = fill_json(BOTH, row)
    other = Book(BOTH)
    other.apply_money(told["cash"], told["fee"])
    assert other.cash == book.cash < before
    assert other.fees_paid == book.fees_paid == 0.123


def test_funding_costs_the_same_where_its_symbol_is_traded_no_more() -> None:
    body: dict[str, Any] = {"symbol": "ETH/USDT", "ticks": 12_345, "paid": 0.123}
    book, other = Book(BOTH), Book(BOTH)
    book.apply_fill(funding_row(BOTH, body))
    other.apply_funding(body["paid"])
    assert book.bits() == other.bits()
    assert (book.cash, book.funding_paid) == (1000 - 0.123, 0.123)


def test_row_means_the_same_under_another_list_of_symbols() -> None:
    turned = plan("ETH/USDT", "BTC/USDT")
    row = [1.0, 1.0, 1.0, 1.0, 5.0, 0.0, 0.0, 0.0, math.nan, 0.0, math.nan, 0.0, *REST]
    assert order_row(turned, order_json(BOTH, row, 0, ""))[0] == 0.0


def test_cancel_is_a_market_order_of_nothing() -> None:
    row = [
        0.0,
        float(CANCEL),
        0.0,
        math.nan,
        math.nan,
        0.0,
        0.0,
        0.0,
        math.nan,
        0.0,
        math.nan,
        0.0,
        *REST,
    ]
    body = order_json(BOTH, row, 0, "too far")
    assert (body["effect"], body["kind"], body["lots"]) == ("cancel", "market", 0)


@pytest.mark.parametrize("changes", [{"kind": "iceberg"}, {"lots": None}, {"stop": {}}])
def test_word_that_no_row_can_hold_is_an_error(changes: dict[str, Any]) -> None:
    row = [0.0, 1.0, 1.0, 1.0, 5.0, 0.0, 0.0, 0.0, math.nan, 0.0, math.nan, 0.0, *REST]
    with pytest.raises(RowError, match="which no row can hold"):
        order_row(BOTH, {**order_json(BOTH, row, 0, ""), **changes})


def test_unknown_symbol_is_an_error_that_lists_the_known() -> None:
    with pytest.raises(PlanError, match="BTC/USDT, ETH/USDT"):
        fill_row(BOTH, {"symbol": "SOL/USDT"})
