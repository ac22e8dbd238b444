"""The demo and the samples do what they are there for: real trades, at real costs, today."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
DEMO = [ROOT / "manifests/demo/btc-trend.yaml", ROOT / "manifests/demo/reversion.yaml"]
SAMPLES = sorted(
    path
    for path in (ROOT / "manifests/samples").glob("**/*.yaml")
    if path.parent.name not in {"ahead", "classics", "feed", "halt"}
    and path.name not in {"account.yaml", "feed.yaml"}
)


@pytest.mark.parametrize("path", [*DEMO, *SAMPLES], ids=lambda path: path.stem)
def test_strategy_makes_dozens_of_trades_at_a_cost(
    tradewinds: Callable[..., Any], path: Path
) -> None:
    told = tradewinds("backtest", path, "--json")
    assert told.code == 0, told.err
    answer = json.loads(told.out)
    assert answer["stats"]["trades"] > 24
    assert answer["stats"]["fees"] > 50
    for run in answer.get("strategies", [answer]):
        assert run["costs"]["slippage"] > 0
        assert run["missing"] == 0


def test_demo_asks_the_past_about_the_time_that_its_feed_plays(
    tradewinds: Callable[..., Any],
) -> None:
    periods = []
    for path in DEMO:
        answer = json.loads(tradewinds("backtest", path, "--json").out)
        periods.append(answer["period"])
        assert 2_000 < answer["bars"] / len(answer["symbols"]) < 4_000
    feed = (ROOT / "manifests/demo/feed.yaml").read_text()
    assert periods[0] == periods[1]
    assert "from: 2024-03-01" in feed
    assert "to: 2024-07-01" in feed
    assert periods[0] == {"from": 1709251200000, "to": 1719792000000}
