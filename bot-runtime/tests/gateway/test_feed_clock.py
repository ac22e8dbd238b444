"""The clock port: closed bars in a replay, the wall elsewhere."""

from typing import Any

from scenes import HOUR, START, trading
from worlds import resource

from tradewinds.gateway.clock import FeedClock
from tradewinds.process.objects import Object, parse_object

NOW = 1_800_000_000_000


def feed(**source: Any) -> Object:
    return parse_object(resource("MarketFeed", "bars", source), subject="test")


REPLAY = feed(replay={"exchange": "binance", "from": "2024-01-01"})
REAL = feed(exchange={"name": "binance"})


def test_replay_is_as_late_as_its_last_closed_bar_and_does_not_go_back() -> None:
    clock = FeedClock(lambda: NOW)
    clock.advance(REPLAY, START + HOUR)
    clock.advance(REPLAY, START)
    assert clock.now(REPLAY, None) == START + HOUR
    assert clock.latest([REPLAY]) == START + HOUR


def test_replay_after_a_restart_begins_where_the_strategy_is_filled() -> None:
    one = trading().of()
    assert FeedClock(lambda: NOW).now(REPLAY, one) == START + HOUR


def test_real_feed_and_no_feed_are_on_the_wall_clock() -> None:
    clock = FeedClock(lambda: NOW)
    assert (clock.now(REAL, None), clock.now(None, None)) == (NOW, NOW)
    assert (clock.latest([]), clock.latest([REPLAY, REAL])) == (NOW, NOW)
