"""The order hash against its definition, written out by hand."""

import hashlib

import pytest
from given import HOUR, order

from tradewinds.engine.errors import StateError
from tradewinds.engine.outcome.orderhash import OrderHash, ordinals

SYMBOLS = ("BTC/USDT", "ETH/USDT")


def fill(
    kind: int, symbol: int = 0, side: int = 1, lots: int = 7, ticks: int = 1001
) -> list[float]:
    return [float(field) for field in (symbol, 1, side, kind, lots, ticks, 0.5)]


def sha(*lines: str) -> str:
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def test_lines_are_sorted_by_time_orders_first_place_and_ordinal() -> None:
    it = OrderHash(SYMBOLS)
    it.order(HOUR, order(symbol=1, lots=3), 0)
    it.order(HOUR, order(kind="limit", lots=7, ticks=990), 1)
    it.order(HOUR, order("exit", "sell", lots=2), 0)
    it.fill(HOUR, fill(1, symbol=1, lots=3))
    it.fill(HOUR, fill(2, lots=7, ticks=990))
    it.fill(HOUR, fill(4, side=-1, ticks=950))
    assert it.hexdigest() == sha(
        "O|3600000|BTC/USDT|market|sell|2|0",
        "O|3600000|BTC/USDT|limit|buy|7|990",
        "O|3600000|ETH/USDT|market|buy|3|0",
        "F|3600000|BTC/USDT|limit|buy|7|990",
        "F|3600000|BTC/USDT|stopLoss|sell|7|950",
        "F|3600000|ETH/USDT|market|buy|3|1001",
    )


def test_fills_inside_a_bar_stay_in_the_order_in_which_they_came() -> None:
    it = OrderHash(SYMBOLS)
    it.order(HOUR, order(), 0)
    it.order(HOUR, order("exit", "sell"), 1)
    it.fill(HOUR, fill(4, side=-1, ticks=950))
    it.fill(HOUR, fill(1))
    assert it.hexdigest() == sha(
        "O|3600000|BTC/USDT|market|buy|1000|0",
        "O|3600000|BTC/USDT|market|sell|1000|0",
        "F|3600000|BTC/USDT|stopLoss|sell|7|950",
        "F|3600000|BTC/USDT|market|buy|7|1001",
    )


def test_cancels_and_ends_without_a_fill_leave_no_line() -> None:
    it = OrderHash(SYMBOLS)
    it.order(HOUR, order("cancel"), 0)
    it.fill(HOUR, fill(6, lots=0, ticks=0))
    assert it.hexdigest() == sha()


def test_asking_changes_nothing_and_a_copy_goes_its_own_way() -> None:
    it = OrderHash(SYMBOLS)
    it.order(HOUR, order(), 0)
    first = it.hexdigest()
    copy = it.copy()
    copy.fill(HOUR, fill(1))
    assert it.hexdigest() == first == sha("O|3600000|BTC/USDT|market|buy|1000|0")
    assert copy.hexdigest() != first


def test_going_back_in_time_is_refused() -> None:
    it = OrderHash(SYMBOLS)
    it.fill(HOUR, fill(1))
    with pytest.raises(StateError, match="by time"):
        it.order(HOUR, order(), 0)


def test_ordinals_count_within_a_symbol() -> None:
    assert ordinals([order(), order(symbol=1), order(), order(symbol=1)]) == [0, 0, 1, 1]
