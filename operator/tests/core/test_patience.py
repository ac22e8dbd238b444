from collections.abc import Mapping
from typing import Any

from tradewinds_crds.names import RECONCILING
from tradewinds_operator.conditions import condition
from tradewinds_operator.patience import LONGEST, LULL, REST, SETTLES, STORM, Patience
from tradewinds_operator.world import Ref

BOT = Ref("Strategy", "paper", "btc")
RESTS = {"conditions": [condition(RECONCILING, holds=False, reason="Running")]}
STARTS = {"conditions": [condition(RECONCILING, holds=True, reason="Starting")]}


class Watched:
    """A patience with a clock of the test's own."""

    def __init__(self) -> None:
        self.now = 0.0
        self.patience = Patience(lambda: self.now)

    def left(self, status: Mapping[str, Any] | None = STARTS, *, after: float = 0.0) -> float:
        self.now += after
        return self.patience.left(BOT, status)

    def storm(self) -> None:
        for _ in range(STORM):
            self.patience.moved()


def test_what_has_come_to_rest_is_said_at_once() -> None:
    assert Watched().left(RESTS) == 0.0
    assert Watched().left(None) == 0.0


def test_what_is_underway_is_said_when_it_takes_longer() -> None:
    bot = Watched()
    assert bot.left() == SETTLES
    assert bot.left(after=SETTLES / 2) == SETTLES / 2
    assert bot.left(after=SETTLES / 2) == 0.0
    assert bot.left() == SETTLES  # the next word waits too


def test_what_arrived_in_time_leaves_no_trace() -> None:
    bot = Watched()
    bot.left()
    assert bot.left(RESTS, after=1.0) == 0.0
    assert bot.left(after=LONGEST) == SETTLES


def test_in_a_storm_words_and_records_wait_until_it_is_over_or_long_enough() -> None:
    bot = Watched()
    bot.storm()
    assert bot.left(RESTS) == LULL
    assert bot.left(None, after=1.0) == LULL
    assert bot.left(RESTS, after=LULL) == 0.0  # it is over
    bot.storm()
    assert bot.left(RESTS) == LULL
    bot.now += LONGEST
    bot.storm()
    assert bot.left(RESTS) == 0.0


def test_a_few_children_are_no_storm() -> None:
    bot = Watched()
    for _ in range(STORM * 2):
        bot.now += 1.0
        bot.patience.moved()
    assert bot.left(RESTS) == 0.0


def test_in_a_storm_a_resource_rests_after_each_look() -> None:
    bot = Watched()
    assert bot.patience.rest == 0.0
    bot.storm()
    assert bot.patience.rest == REST
    bot.now += LULL
    assert bot.patience.rest == 0.0
