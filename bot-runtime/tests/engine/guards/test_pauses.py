"""Protections by hand: which entries are made, bar by bar.

Each letter is a bar of an hour that opens and closes at 100. In `L` the low is 89, in `W` the high
is 111, in `q` neither happens. A coin is wanted at every close without a position, with its stop at
90 and its target at 110: so an entry in `L` loses 10 USDT or 10% at once, one in `W` wins as much,
one in `q` stays open. Capital is 1000 USDT. `E` marks the bars in which an entry filled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from given import HOUR, bars, plan

from tradewinds.engine.backtest import run
from tradewinds.engine.errors import PlanError
from tradewinds.engine.fold import Fold
from tradewinds.engine.sources import decider_from

if TYPE_CHECKING:
    from tradewinds.engine.outcome.results import Run

BARS = {
    "q": (100, 101, 99, 100),
    "L": (100, 101, 89, 100),
    "W": (100, 111, 99, 100),
    " ": None,
}
NAMES = ("BTC/USDT", "ETH/USDT")
BRACKET = {"stopLoss": {"by": "10%"}, "takeProfit": [{"by": "10%", "close": "100%"}]}
ALWAYS = {"long": {"entry": "close > 0"}}
Sets = list[tuple[int, list[float]]]


def fold(count: int, protections: dict[str, Any], **spec: Any) -> Fold:
    spec = {"sizing": {"quote": "100 USDT"}, "protections": protections, **spec}
    on = plan(*NAMES[:count], warmup="1 bar", **spec)
    return Fold(on, decider_from({"rules": ALWAYS, "bracket": BRACKET, **spec}, on), start=0)


def market(*stories: str) -> Sets:
    rows = [[BARS[letter] for letter in letters] for letters in zip(*stories, strict=True)]
    return [((hour + 1) * HOUR, bars(*row)) for hour, row in enumerate(rows)]


def traded(stories: tuple[str, ...], protections: dict[str, Any], **spec: Any) -> Run:
    one = fold(len(stories), protections, **spec)
    return run(one.plan, one.decider, market(*stories), start=0)


def entries(result: Run, symbol: str, length: int) -> str:
    there = {
        fill.time // HOUR for fill in result.fills if (fill.symbol, fill.side) == (symbol, "buy")
    }
    return "".join("E" if hour in there else "." for hour in range(length))


@pytest.mark.parametrize(
    ("idea", "story", "made", "protections"),
    [
        ("nothing protects", "qLLLLLL", ".EEEEEE", {}),
        ("cooldown: out in bar 1, two closes pass, the third enters",
         "qLqqq", ".E..E", {"cooldown": {"pause": "2 bars"}}),
        ("the same in hours", "qLqqq", ".E..E", {"cooldown": {"pause": "2h"}}),
        ("a cooldown follows a win too", "qWqqq", ".E..E", {"cooldown": {"pause": "2 bars"}}),
        ("bars that do not exist are no bars of a pause",
         "qL qqq", ".E...E", {"cooldown": {"pause": "2 bars"}}),
        ("but they are hours", "qL qqq", ".E...E", {"cooldown": {"pause": "3h"}}),
        ("two losses in a row pause for three closes",
         "qLLqqqq", ".EE...E", {"lossStreak": {"losses": 2, "pause": "3 bars"}}),
        ("a win between them breaks the streak",
         "qLWLLqqqq", ".EEEE...E", {"lossStreak": {"losses": 2, "pause": "3h"}}),
        ("after a pause losses count anew",
         "qLLqqLLq", ".EE..EE.", {"lossStreak": {"losses": 2, "pause": "2 bars"}}),
        ("the losses are four hours apart, within 4h",
         "qLqqqLq", ".EE....", {"lossStreak": {"losses": 2, "within": "4h", "pause": "9h"}}),
        ("and not within 3h",
         "qLqqqLq", ".EE...E", {"lossStreak": {"losses": 2, "within": "3h", "pause": "9h"}}),
        ("20 USDT lost of 1000 are 2%: two closes pass",
         "qLLqqq", ".EE..E", {"drawdownLock": {"drawdown": "2%", "pause": "2 bars"}}),
        ("then the peak is 980, and 970 is but 1% below it, 960 more than 2%",
         "qLLqqLLqqq", ".EE..EE..E", {"drawdownLock": {"drawdown": "2%", "pause": "2h"}}),
        ("without a pause the lock stays",
         "qLLqqqqq", ".EE.....", {"drawdownLock": {"drawdown": "2%"}}),
        ("the peak of 1000 was five hours ago: 980 is 1% below the peak of the last three",
         "qLqqqLqqq", ".EE...E..", {"drawdownLock": {"drawdown": "2%", "within": "3h"}}),
        ("and 2% below that of the last five",
         "qLqqqLqqq", ".EE......", {"drawdownLock": {"drawdown": "2%", "within": "5h"}}),
        ("a win lifts the peak to 1010: 990 is 1.98% below it, 980 is 2.97%",
         "qWLLLqq", ".EEEE..", {"drawdownLock": {"drawdown": "2%", "pause": "9h"}}),
    ],
)  # fmt: skip
def test_one_symbol(idea: str, story: str, made: str, protections: dict[str, Any]) -> None:
    assert entries(traded((story,), protections), NAMES[0], len(story)) == made, idea


@pytest.mark.parametrize(
    ("idea", "stories", "made", "protections"),
    [
        ("a cooldown is the symbol's own",
         ("qLqqq", "qLLqq"), (".E..E", ".E..E"), {"cooldown": {"pause": "2 bars"}}),
        ("BTC wins 10% and loses it, which is 0% of two trades; its next loss makes it -20%",
         ("qWLLLq", "qLLqqq"), (".EEE..", ".EE..E"),
         {"lowProfitSymbol": {"below": "0%", "trades": 2, "pause": "2 bars"}}),
        ("a streak is the Strategy's, over all symbols",
         ("qLqqq", "qLqqq"), (".E..E", ".E..E"), {"lossStreak": {"losses": 2, "pause": "2 bars"}}),
    ],
)  # fmt: skip
def test_two_symbols(
    idea: str, stories: tuple[str, str], made: tuple[str, str], protections: dict[str, Any]
) -> None:
    result = traded(stories, protections)
    assert tuple(entries(result, name, len(stories[0])) for name in NAMES) == made, idea


def test_an_entry_that_waits_is_taken_back_when_a_pause_begins() -> None:
    one = fold(2, {"lossStreak": {"losses": 1, "pause": "2 bars"}})
    rules = {
        "long": {
            "entry": "close > 0",
            "entryOrder": {"limit": "close - 8", "validFor": "9 bars"},
        }
    }
    decider = decider_from({"rules": rules, "bracket": {"stopLoss": {"by": "2%"}}}, one.plan)
    sets = market("qLq", "qqq")
    result = run(one.plan, decider, sets, start=0)
    assert [(o.time // HOUR, o.symbol, o.effect, o.reason) for o in result.orders] == [
        (1, "BTC/USDT", "enter", "close > 0"),
        (1, "ETH/USDT", "enter", "close > 0"),
        (2, "ETH/USDT", "cancel", "lossStreak"),
    ]


def test_what_was_held_back_is_said() -> None:
    said: list[list[str]] = []
    one = fold(1, {"lossStreak": {"losses": 1, "pause": "2 bars"}, "cooldown": {"pause": "3h"}})
    for time, bar_set in market("qLqqq"):
        one.match(time, bar_set)
        for order in one.decide(time, bar_set):
            one.book.accept(order)
        said.append([held.reason for held in one.held_back])
    assert said == [
        [],
        ["lossStreak, 2 bars to go"],
        ["lossStreak, 1 bars to go"],
        ["cooldown, until 1970-01-01T05:00Z"],
        [],
    ]


def test_a_run_counts_what_was_held_back() -> None:
    result = traded(("qLqqq",), {"cooldown": {"pause": "2 bars"}})
    assert result.held_back == {"cooldown": 2}
    assert result.to_json()["heldBack"] == {"cooldown": 2}


def test_a_lock_without_a_pause_says_who_ends_it() -> None:
    one = fold(1, {"drawdownLock": {"drawdown": "1%"}})
    for time, bar_set in market("qL"):
        one.match(time, bar_set)
        for order in one.decide(time, bar_set):
            one.book.accept(order)
    assert [held.reason for held in one.held_back] == [
        "drawdownLock, until the Strategy is changed"
    ]


def test_a_long_window_is_followed_in_a_thousand_steps() -> None:
    one = fold(1, {"drawdownLock": {"drawdown": "50%", "within": "365d"}})
    assert len(one.guards.state) < 2_100


def test_a_lock_at_once_is_refused() -> None:
    with pytest.raises(PlanError, match="more than 0%"):
        fold(1, {"drawdownLock": {"drawdown": "0%"}})


def test_protections_are_part_of_what_decides() -> None:
    hashes = {
        fold(1, said).code_hash
        for said in (
            {},
            {"cooldown": {"pause": "2 bars"}},
            {"cooldown": {"pause": "2h"}},
            {"lossStreak": {"losses": 2, "pause": "2h"}},
        )
    }
    assert len(hashes) == 4
