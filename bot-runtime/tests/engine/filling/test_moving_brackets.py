"""Brackets that move with their position, bar by bar, each case computed by hand.

Bars are open / high / low / close in USDT, 1 coin is held from 100 on unless it says otherwise, and
costs are nought unless they are the point. `.` is a bar that fills nothing.
"""

from __future__ import annotations

import pytest
from given import PERPETUAL, bars, order, parts, plan

from tradewinds.engine.book import Book
from tradewinds.engine.instruments import Costs
from tradewinds.engine.records import (
    AT_PRICE,
    BARS_IN_TRADE,
    BY_DISTANCE,
    BY_FRACTION,
    BY_R,
    FILL_FEE,
    FILL_KIND,
    FILL_LOTS,
    FILL_TICKS,
    KIND_WORDS,
)

Candle = tuple[float, float, float, float]
Fills = list[tuple[str, int, float]]
FLAT = (100.0, 100.0, 100.0, 100.0)


def filled(book: Book, *candles: Candle | None) -> Fills:
    """Return (kind, lots, price) of what the bars fill."""
    found = []
    for candle in candles:
        rows = book.match(bars(candle))
        book.mark(bars(candle))
        found += [
            (KIND_WORDS[int(r[FILL_KIND])], int(r[FILL_LOTS]), r[FILL_TICKS] / 10) for r in rows
        ]
    return found


def holding(
    *steps: tuple[int, float, float],
    side: str = "buy",
    lots: int = 1000,
    stop: float = 0.0,
    minimum: str = "5",
    **moving: object,
) -> Book:
    """Return a book that bought (or sold) at 100, in a bar that stood still."""
    book = Book(plan(PERPETUAL, minimum=minimum))
    guard = (AT_PRICE, stop) if stop else (0, 0.0)
    carried = parts(*steps, **moving)  # type: ignore[arg-type]  # as `parts` has them
    book.accept(order(side=side, lots=lots, stop=guard, parts=carried))
    filled(book, FLAT)
    return book


HALVES = ((BY_FRACTION, 0.03, 0.5), (BY_FRACTION, 0.09, 0.5))


@pytest.mark.parametrize(
    ("idea", "candles", "expected"),
    [
        ("neither step reached", [(100, 102.9, 99, 102)], []),
        ("the first closes half", [(100, 103, 99, 102)], [("takeProfit", 500, 103)]),
        ("the second the rest, later", [(100, 104, 99, 102), (102, 109, 101, 108)],
         [("takeProfit", 500, 103), ("takeProfit", 500, 109)]),
        ("both in one bar", [(100, 110, 99, 105)],
         [("takeProfit", 500, 103), ("takeProfit", 500, 109)]),
        ("an open beyond the first takes the open", [(104, 105, 103, 104)],
         [("takeProfit", 500, 104)]),
        ("an open beyond both takes it for both", [(112, 113, 111, 112)],
         [("takeProfit", 500, 112), ("takeProfit", 500, 112)]),
        ("stop and step in one bar: all at the stop", [(100, 104, 94, 100)],
         [("stopLoss", 1000, 95)]),
        ("the open was beyond the step, the stop takes the rest", [(104, 105, 94, 96)],
         [("takeProfit", 500, 104), ("stopLoss", 500, 95)]),
        ("after the first step the stop closes what is left",
         [(100, 104, 99, 102), (100, 101, 94, 95)],
         [("takeProfit", 500, 103), ("stopLoss", 500, 95)]),
    ],
)  # fmt: skip
def test_steps_of_take_profit(idea: str, candles: list[Candle], expected: Fills) -> None:
    assert filled(holding(*HALVES, stop=95), *candles) == expected, idea


@pytest.mark.parametrize(
    ("idea", "lots", "shares", "expected"),
    [
        ("shares are rounded down, the last takes what is left", 7, (0.5, 0.5), [3, 4]),
        ("thirds of ten", 10, (0.3333333333, 0.3333333333, 0.3333333334), [3, 3, 4]),
        ("0.07 of 100 is 7, whatever floats say", 100, (0.07, 0.93), [7, 93]),
        ("what no step closes stays", 10, (0.3, 0.3), [3, 3]),
        ("a step without a lot is left out", 3, (0.1, 0.9), [3]),
    ],
)
def test_lots_of_the_steps(
    idea: str, lots: int, shares: tuple[float, ...], expected: list[int]
) -> None:
    steps = [(BY_DISTANCE, 1.0 + place, share) for place, share in enumerate(shares)]
    book = holding(*steps, lots=lots, minimum="0")
    assert [fill[1] for fill in filled(book, (100, 120, 100, 119))] == expected, idea
    assert book.lots(0) == lots - sum(expected)


def test_a_step_below_the_minimum_is_left_out_and_the_last_takes_it() -> None:
    book = holding((BY_DISTANCE, 1.0, 0.1), (BY_DISTANCE, 2.0, 0.9), minimum="20")
    assert filled(book, (100, 120, 100, 119)) == [("takeProfit", 1000, 102)]


def test_steps_are_taken_from_the_nearest_on_however_they_are_written() -> None:
    book = holding((BY_R, 2.0, 0.75), (BY_DISTANCE, 4.0, 0.25), stop=95)
    assert filled(book, (100, 104, 99, 103)) == [("takeProfit", 250, 104)]
    assert filled(book, (103, 111, 102, 110)) == [("takeProfit", 750, 110)]


def test_steps_of_a_short() -> None:
    book = holding(*HALVES, side="sell", stop=105)
    assert filled(book, (100, 101, 97, 98)) == [("takeProfit", 500, 97)]
    assert (book.lots(0), book.cash) == (-500, 1000 + 100 - 48.5)
    assert filled(book, (98, 98, 91, 92)) == [("takeProfit", 500, 91)]
    assert book.flat


def test_each_step_pays_its_own_maker_fee() -> None:
    book = Book(plan(costs=Costs(maker=0.001, taker=0.002, slippage=0.01)))
    book.accept(order(parts=parts(*[(AT_PRICE, 110.0, 0.5), (AT_PRICE, 120.0, 0.5)])))
    filled(book, FLAT)
    rows = book.match(bars((100, 120, 100, 119)))
    assert [row[FILL_FEE] for row in rows] == pytest.approx([0.055, 0.06])


def test_an_exit_by_market_closes_what_the_steps_have_left() -> None:
    book = holding(*HALVES)
    filled(book, (100, 104, 99, 102))
    book.accept(order("exit", "sell", lots=500))
    assert filled(book, (102, 120, 90, 100)) == [("market", 500, 102)]


@pytest.mark.parametrize(
    ("idea", "candles", "expected"),
    [
        ("it rests 3% below the fill from the entry on", [(100, 100, 97, 98)],
         ("trailingStop", 97)),
        ("a high lifts it for the next bar alone", [(100, 110, 99, 109)], None),
        ("3% below 110 is 106.7", [(100, 110, 99, 109), (109, 109, 106, 107)],
         ("trailingStop", 106.7)),
        ("it never goes back", [(100, 110, 99, 109), (107, 108, 107, 107), (107, 107, 106.7, 107)],
         ("trailingStop", 106.7)),
        ("an open below it is worse", [(100, 110, 99, 109), (104, 105, 103, 104)],
         ("trailingStop", 104)),
        ("a gap moves nothing", [(100, 110, 99, 109), None, (109, 109, 106, 107)],
         ("trailingStop", 106.7)),
    ],
)  # fmt: skip
def test_a_trailing_stop_of_3_percent(
    idea: str, candles: list[Candle | None], expected: tuple[str, float] | None
) -> None:
    fills = filled(holding(trail=(BY_FRACTION, 0.03)), *candles)
    assert [(kind, price) for kind, _, price in fills] == ([expected] if expected else []), idea


def test_a_trailing_stop_by_a_distance_of_a_short() -> None:
    book = holding(side="sell", trail=(BY_DISTANCE, 4.0))
    assert filled(book, (100, 103.9, 90, 91)) == []
    assert filled(book, (91, 94, 90, 93)) == [("trailingStop", 1000, 94)]


@pytest.mark.parametrize(
    ("idea", "follows", "candles", "expected"),
    [
        ("before 1R the stop loss alone rests", (BY_R, 1.0),
         [(100, 104.9, 99, 100), (100, 100, 95, 96)], ("stopLoss", 95)),
        ("at 1R, 105, it follows: 4 below", (BY_R, 1.0),
         [(100, 105, 99, 104), (104, 104, 101, 102)], ("trailingStop", 101)),
        ("a gain in percent", (BY_FRACTION, 0.06),
         [(100, 106, 99, 104), (104, 104, 101, 102)], ("trailingStop", 102)),
        ("a looser trail leaves the tighter stop loss", (BY_FRACTION, 0.0001),
         [(100, 98.9, 98, 98.5), (98, 98, 95, 96)], ("stopLoss", 95)),
    ],
)  # fmt: skip
def test_a_trailing_stop_that_waits_for_a_gain(
    idea: str, follows: tuple[int, float], candles: list[Candle], expected: tuple[str, float]
) -> None:
    book = holding(stop=95, trail=(BY_DISTANCE, 4.0), follows=follows)
    fills = filled(book, *candles)
    assert [(kind, price) for kind, _, price in fills] == [expected], idea


def test_in_the_bar_of_a_limit_entry_its_close_alone_lifts_a_stop() -> None:
    book = Book(plan())
    book.accept(order(kind="limit", ticks=980, parts=parts(trail=(BY_DISTANCE, 4.0))))
    assert filled(book, (105, 110, 98, 100)) == [("limit", 1000, 98)]
    assert filled(book, (100, 100, 96, 97)) == [("trailingStop", 1000, 96)]


def test_in_the_bar_of_a_limit_entry_that_filled_at_the_open_its_high_lifts_a_stop() -> None:
    book = Book(plan())
    book.accept(order(kind="limit", ticks=980, parts=parts(trail=(BY_DISTANCE, 4.0))))
    assert filled(book, (97, 110, 97, 108)) == [("limit", 1000, 97)]
    assert filled(book, (108, 109, 105, 107)) == [("trailingStop", 1000, 106)]


@pytest.mark.parametrize(
    ("idea", "candles", "expected"),
    [
        ("before the gain the stop loss holds", [(100, 104.9, 99, 104), (104, 104, 94, 95)],
         ("stopLoss", 95)),
        ("at 1R it moves to 100.2", [(100, 105, 99, 104), (104, 104, 99, 100)],
         ("breakEven", 100.2)),
        ("not within the bar that reached it", [(100, 105, 95.1, 104), (104, 104, 101, 102)],
         None),
        ("and stays", [(100, 105, 99, 104), (103, 109, 101, 102), (102, 102, 100, 101)],
         ("breakEven", 100.2)),
    ],
)  # fmt: skip
def test_break_even_at_1r_with_an_offset(
    idea: str, candles: list[Candle], expected: tuple[str, float] | None
) -> None:
    book = holding(stop=95, even=(BY_R, 1.0), offset=0.002)
    fills = filled(book, *candles)
    assert [(kind, price) for kind, _, price in fills] == ([expected] if expected else []), idea


def test_break_even_and_trailing_the_better_stop_counts() -> None:
    book = holding(stop=95, even=(BY_FRACTION, 0.02), trail=(BY_DISTANCE, 4.0))
    filled(book, (100, 102, 99, 101))  # trail 98, break-even 100
    assert filled(book.copy(), (101, 101, 99, 99)) == [("breakEven", 1000, 100)]
    filled(book, (101, 106, 100.1, 105))  # trail 102
    assert filled(book, (105, 105, 101, 102)) == [("trailingStop", 1000, 102)]


@pytest.mark.parametrize(("age", "calm"), [(1, 0), (2, 1), (5, 4)])
def test_a_time_stop_closes_at_the_open_so_many_bars_after_the_entry(age: int, calm: int) -> None:
    book = holding(age=age)
    assert filled(book, *[FLAT] * calm) == []
    assert filled(book, (99, 110, 90, 100)) == [("timeStop", 1000, 99)]


def test_a_time_stop_counts_the_bars_there_are_and_waits_for_one() -> None:
    book = holding(age=3)
    assert filled(book, None, FLAT, None, FLAT, None) == []
    assert filled(book, FLAT) == [("timeStop", 1000, 100)]


def test_a_time_stop_slips_and_pays_taker_and_frees_its_cash_at_the_open() -> None:
    book = Book(plan("BTC/USDT", "ETH/USDT", costs=Costs(0.001, 0.002, 0.01)))
    book.accept(order(lots=9_800, parts=parts(age=1)))
    book.match(bars(FLAT, FLAT))
    book.mark(bars(FLAT, FLAT))
    book.accept(order(lots=9_000, symbol=1))
    rows = book.match(bars(FLAT, FLAT))
    assert [KIND_WORDS[int(row[FILL_KIND])] for row in rows] == ["timeStop", "market"]
    assert rows[0][FILL_TICKS] == 990
    assert rows[0][FILL_FEE] == pytest.approx(9.8 * 99 * 0.002)


def further(
    book: Book, candle: Candle, *, lots: int = 1000, side: str = "buy", stop: float = 0.0,
    carried: list[float] | None = None, rule: int = 1,
) -> Fills:  # fmt: skip
    """Add to the position at the open of the candle."""
    guard = (BY_DISTANCE, stop) if stop else (0, 0.0)
    more = order(side=side, lots=lots, add=rule, stop=guard, parts=carried or ())
    book.accept(more)
    return filled(book, candle)


def test_a_further_entry_makes_the_average_and_keeps_the_age() -> None:
    book = holding(lots=1000)
    filled(book, (94, 94, 94, 94))
    assert further(book, (90, 91, 89, 90), lots=3000) == [("market", 3000, 90)]
    assert book.lots(0) == 4000
    assert book.average_price(0) == 92.5
    assert book.state[BARS_IN_TRADE] == 2


def test_its_bracket_starts_over_from_the_average() -> None:
    book = holding(stop=88, lots=1000)
    further(book, (90, 91, 89, 90), stop=12.0)
    assert filled(book, (90, 90, 83.1, 84)) == []
    assert filled(book, (84, 84, 82, 83)) == [("stopLoss", 2000, 83)]


def test_steps_start_over_on_the_whole_position() -> None:
    book = holding(*HALVES)
    filled(book, (100, 103, 100, 103))
    further(book, (97, 97, 97, 97), lots=1500, carried=parts(*HALVES))
    assert book.average_price(0) == 97.75  # 0.5 at 100 and 1.5 at 97
    assert filled(book, (98, 101, 98, 100)) == [
        ("takeProfit", 1000, 100.6)
    ]  # 100.68, a sell rounds down


def test_a_stop_that_was_lifted_stays_when_a_position_grows() -> None:
    trail = parts(trail=(BY_FRACTION, 0.05))
    book = holding(trail=(BY_FRACTION, 0.05))
    filled(book, (100, 150, 100, 149))  # the stop is at 142.5
    further(book, (144, 144, 143, 143), carried=trail)  # 5% below the new fill is 136.8
    assert filled(book, (143, 143, 142, 142)) == [("trailingStop", 2000, 142.5)]


def test_a_best_price_from_before_lifts_nothing_after_a_further_entry() -> None:
    trail = parts(trail=(BY_DISTANCE, 3.0), follows=(BY_FRACTION, 0.05))
    book = holding(trail=(BY_DISTANCE, 3.0), follows=(BY_FRACTION, 0.05))
    filled(book, (100, 104, 100, 103))  # never 105
    further(book, (90, 90, 90, 90), carried=trail)  # from now on 99.75 counts, not 104
    assert filled(book, (90, 91, 80, 81)) == []
    filled(book, (99, 100, 99, 100))
    assert filled(book, (100, 100, 96, 97)) == [("trailingStop", 2000, 97)]


def test_a_further_entry_of_a_short_and_its_cash() -> None:
    book = holding(side="sell", lots=4000)
    # 1400 are there, 800 of them bound by the 4 coins that were sold at 100: 600 / 110
    assert further(book, (110, 110, 110, 110), side="sell", lots=9000) == [("market", 5454, 110)]
    assert book.average_price(0) == pytest.approx((4 * 100 + 5.454 * 110) / 9.454)


def test_a_further_entry_is_cut_to_the_cash() -> None:
    book = holding(lots=9_000)
    assert further(book, FLAT, lots=2000) == [("market", 1000, 100)]
    assert book.cash == 0.0


def test_a_gap_beyond_the_stop_closes_before_an_addition_could_move_it() -> None:
    book = holding(stop=95)
    assert further(book, (90, 91, 89, 90), stop=12.0) == [("stopLoss", 1000, 90), ("expired", 0, 0)]
    assert book.flat


def test_a_step_that_the_open_reaches_is_taken_before_the_addition() -> None:
    book = holding(*HALVES)
    found = further(book, (104, 104.5, 103, 104), lots=500, carried=parts(*HALVES))
    assert found == [("takeProfit", 500, 104), ("market", 500, 104)]
    assert (book.lots(0), book.average_price(0)) == (1000, 102)
    assert filled(book, (104, 105.1, 104, 105)) == [("takeProfit", 500, 105.0)]  # 105.06


def test_nothing_is_added_to_a_position_that_has_just_ended() -> None:
    book = holding(age=2)
    filled(book, FLAT)
    assert further(book, FLAT) == [("timeStop", 1000, 100), ("expired", 0, 0)]
    assert book.flat
    assert not book.entry_lives(0)
