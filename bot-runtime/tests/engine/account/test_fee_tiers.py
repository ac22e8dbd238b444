"""Fees by tier, as a trader reads them: what counts, for how long, and from which day on.

The base fee is 1%; from 100 USDT traded in the 30 days before it is 0.5%, from 300 on nothing. An
order is a limit for one coin at 100, so each fill is 100 USDT of notional and pays the maker fee.
"""

import pytest
from given import HOUR, bars, order, plan

from tradewinds.engine.book import Book
from tradewinds.engine.errors import PlanError
from tradewinds.engine.instruments import Costs, FeeTier, costs_from
from tradewinds.engine.records import FILL_FEE

DAY = 24 * HOUR
LOW = FeeTier(100.0, "USDT", maker=0.005, taker=0.02)
FREE = FeeTier(300.0, "USDT", maker=0.0, taker=0.0)
TIERED = Costs(0.01, 0.01, 0.0, tiers=(FREE, LOW))
FLAT = (100, 101, 99, 100)


class Trader:
    """Trades one coin back and forth, and hears what it paid."""

    def __init__(self, costs: Costs = TIERED) -> None:
        self.book = Book(plan(costs=costs))

    def pays(self, opened: int, *, kind: str = "limit") -> float:
        """Trade in the bar that opens then; return the fee of the fill."""
        if self.book.flat:
            self.book.accept(order(kind=kind, ticks=1000 if kind == "limit" else 0))
        else:
            self.book.accept(order("exit", "sell"))
        (row,) = self.book.match(bars(FLAT), opened)
        self.book.mark(bars(FLAT))
        return round(row[FILL_FEE], 9)


def test_what_was_traded_today_counts_from_tomorrow_on() -> None:
    trader = Trader()
    assert [trader.pays(hour * HOUR) for hour in (0, 1, 23)] == [1.0, 1.0, 1.0]
    assert trader.pays(24 * HOUR) == 0.0  # 300 USDT


def test_the_highest_tier_that_is_reached_counts_however_they_are_written() -> None:
    trader = Trader()
    trader.pays(0)
    trader.pays(HOUR)
    assert [trader.pays(DAY), trader.pays(DAY + HOUR)] == [0.5, 2.0]  # a limit, then a market order
    assert trader.pays(2 * DAY) == 0.0


def test_the_base_fee_holds_until_a_tier_is_reached_to_the_last_unit() -> None:
    trader = Trader(Costs(0.01, 0.01, 0.0, tiers=(FeeTier(100.1, "USDT", 0.0, 0.0),)))
    trader.pays(0)
    assert trader.pays(DAY) == 1.0


@pytest.mark.parametrize(("day", "fee"), [(1, 2.0), (30, 2.0), (31, 1.0), (32, 1.0), (400, 1.0)])
def test_a_day_counts_for_thirty_days(day: int, fee: float) -> None:
    trader = Trader()
    trader.pays(0)
    assert trader.pays(day * DAY) == fee


def test_a_size_is_cut_with_the_base_fee_and_the_fill_to_the_cash() -> None:
    book = Book(plan(costs=TIERED))
    assert book.terms == list(book.plan.terms)
    book.accept(order(kind="limit", ticks=1000, lots=9_900))
    assert book.match(bars(FLAT), 0)[0][FILL_FEE] == pytest.approx(9.9)
    assert book.terms == list(book.plan.terms)


def test_a_copy_knows_what_was_traded() -> None:
    trader = Trader()
    trader.pays(0)
    trader.book = trader.book.copy()
    assert trader.pays(DAY) == 2.0


def test_costs_with_tiers_are_read_laid_over_and_pass_through_json() -> None:
    tier = {"volume": "1000 USDT", "maker": "0.08%", "taker": "0.09%"}
    costs = costs_from({"fee": {"tiers": [tier]}}, {"fee": {"taker": "0.20%"}})
    assert (costs.taker, costs.tiers) == (0.002, (FeeTier(1000.0, "USDT", 0.0008, 0.0009),))
    assert Costs.from_json(costs.to_json()) == costs


def test_a_tier_in_another_currency_than_the_capital_s_is_refused() -> None:
    costs = Costs(0.0, 0.0, 0.0, tiers=(FeeTier(1.0, "EUR", 0.0, 0.0),))
    with pytest.raises(
        PlanError, match=r"costs\.fee\.tiers was in EUR, expected USDT, the currency"
    ):
        plan(costs=costs)
