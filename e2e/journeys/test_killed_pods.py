"""Pods that are killed half way come back, and the order hash at the end is the laptop's."""

from pathlib import Path

import bots
import pytest
from installation import Site

START, END = "2024-03-01", "2024-04-01"
START_MS, END_MS = 1_709_251_200_000, 1_711_929_600_000
SPEED = "36000x"  # ten bars a second: the month lasts 74 s


@pytest.fixture(scope="module")
def declared() -> list[bots.Manifest]:
    return [
        bots.account(),
        bots.feed(START, END, SPEED),
        bots.strategy(),
        bots.backtest(START, END),
    ]


def test_bot_gateway_and_collector_killed_half_way_change_no_order(
    site: Site, declared: list[bots.Manifest], tmp_path: Path
) -> None:
    trading = site.namespace("trading-kills")
    trading.apply(bots.text(*declared))
    hour = 3_600_000

    trading.until_decided("paper", "btc-trend", START_MS + 60 * hour, 120)
    trading.kill("bot-btc-trend-0")
    trading.until_decided("paper", "btc-trend", START_MS + 200 * hour, 120)
    trading.kill("gateway-paper-0")
    trading.until_decided("paper", "btc-trend", START_MS + 350 * hour, 120)
    trading.kill("feed-replay-0")
    trading.until_decided("paper", "btc-trend", START_MS + 450 * hour, 120)
    for pod in ("bot-btc-trend-0", "gateway-paper-0", "feed-replay-0"):
        trading.kill(pod)

    row = trading.until_decided("paper", "btc-trend", END_MS, 240)
    laptop = site.backtest(bots.written(tmp_path, *declared))
    assert row["orderHash"] == laptop["orderHash"]
    assert row["trades"] > 0


def test_a_killed_bot_comes_back_with_another_epoch_of_the_same_generation(site: Site) -> None:
    trading = site.namespace("trading-kills")
    before = trading.row("paper", "btc-trend")
    trading.kill("bot-btc-trend-0")
    trading.wait("strategy/btc-trend", "Ready")

    row = trading.row("paper", "btc-trend")

    assert row["tradedGeneration"] == before["tradedGeneration"]
    assert row["orderHash"] == before["orderHash"]
