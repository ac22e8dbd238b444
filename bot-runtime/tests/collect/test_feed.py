"""What a collector takes from a MarketFeed."""

from typing import Any

import pytest

from tradewinds.collect.feed import Replay, read_feed
from tradewinds.process.exits import InputError
from tradewinds.process.objects import parse_object


def spec(**changes: Any) -> dict[str, Any]:
    replay = {"exchange": "binance", "from": "2024-01-01", "to": "2024-02-01", "speed": "3600x"}
    return {"symbols": ["BTC/USDT"], "timeframes": ["1h", "1m"], "replay": replay, **changes}


def feed_of(body: dict[str, Any]) -> Any:
    metadata = {"name": "hist", "uid": "f", "generation": 1}
    return read_feed(
        parse_object({"kind": "MarketFeed", "metadata": metadata, "spec": body}, subject="x")
    )


def test_replay_is_read_with_its_range_and_speed() -> None:
    feed = feed_of(spec())
    assert feed.timeframes == ("1m", "1h")
    assert feed.replay == Replay("binance", 1_704_067_200_000, 1_706_745_600_000, 3600)


def test_replay_without_range_and_speed_takes_all_at_full_speed() -> None:
    assert feed_of(spec(replay={"exchange": "x"})).replay == Replay("x", None, None, None)


def test_source_that_cannot_be_collected_yet_is_refused_by_name() -> None:
    body = spec(exchange={"id": "binance"})
    del body["replay"]
    with pytest.raises(InputError, match=r"MarketFeed hist: .*exchange"):
        feed_of(body)


def test_timeframe_that_no_exchange_has_is_refused() -> None:
    with pytest.raises(InputError, match="MarketFeed hist: was '7m', expected one of 1m"):
        feed_of(spec(timeframes=["7m"]))
