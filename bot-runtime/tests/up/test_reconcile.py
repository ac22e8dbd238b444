from typing import Any

import pytest

from tradewinds.up.objects import Key, Object
from tradewinds.up.reconcile import Facts, desired, template


def resource(kind: str, name: str, spec: dict[str, Any], **metadata: object) -> Object:
    return {
        "kind": kind,
        "metadata": {"name": name, "uid": f"uid-{name}", "generation": 1, **metadata},
        "spec": spec,
    }


def account() -> Object:
    return resource("ExchangeAccount", "paper", {"exchange": "binance", "environment": "Paper"})


def feed(symbols: tuple[str, ...] = ("BTC/USDT", "ETH/USDT")) -> Object:
    spec = {"replay": {"exchange": "binance"}, "symbols": list(symbols), "timeframes": ["1h"]}
    return resource("MarketFeed", "bars", spec)


def strategy(**spec: object) -> Object:
    whole = {
        "accountRef": {"name": "paper"},
        "symbols": ["BTC/USDT"],
        "timeframe": "1h",
        "state": "Running",
        "updatePolicy": "WhenFlat",
        **spec,
    }
    return resource("Strategy", "trend", whole)


def rolled_out(made: Object, since: int = 1, generation: int | None = None) -> Object:
    """Return a Strategy as its bot's file has it."""
    own = made["metadata"]["generation"] if generation is None else generation
    return {**made, "metadata": {**made["metadata"], "generation": own}, "since": since}


def folder(*resources: Object) -> dict[Key, Object]:
    return {Key(one["kind"], one["metadata"]["name"]): one for one in resources}


def test_strategy_with_account_and_feed_gets_a_bot() -> None:
    result = desired(folder(account(), feed(), strategy()), {})
    assert result.gateways == ["paper"]
    assert result.feeds == {"bars": ["paper"]}
    assert [(bot.account, bot.feed) for bot in result.bots] == [("paper", "bars")]
    assert result.waiting == {}


def test_strategy_without_its_account_waits_and_names_it() -> None:
    result = desired(folder(feed(), strategy()), {})
    assert result.bots == []
    assert result.waiting[Key("Strategy", "trend")].startswith("AccountMissing: ")
    assert "'paper'" in result.waiting[Key("Strategy", "trend")]


def test_strategy_whose_symbol_no_feed_has_waits() -> None:
    result = desired(folder(account(), feed(("ETH/USDT",)), strategy()), {})
    assert result.waiting[Key("Strategy", "trend")] == (
        "FeedMissing: no MarketFeed of binance has BTC/USDT at 1h. Add one."
    )


def test_stopped_strategy_has_no_bot() -> None:
    result = desired(folder(account(), feed(), strategy(state="Stopped")), {})
    assert result.bots == []
    assert result.waiting[Key("Strategy", "trend")].startswith("Stopped: ")


def test_unsupported_field_is_named_and_nothing_runs() -> None:
    result = desired(folder(account(), feed(), strategy(risk={"maxDailyLoss": "2%"})), {})
    assert result.bots == []
    assert result.waiting[Key("Strategy", "trend")].startswith("Unsupported: ")
    assert "risk" in result.waiting[Key("Strategy", "trend")]


def test_edit_waits_until_flat() -> None:
    old, new = rolled_out(strategy()), strategy(capital="500 USDT")
    holding = desired(folder(account(), feed(), new), {"uid-trend": Facts(old, flat=False)})
    assert holding.bots[0].strategy == old
    assert holding.waiting[Key("Strategy", "trend")].startswith("UpdateWaits: ")
    flat = desired(folder(account(), feed(), new), {"uid-trend": Facts(old, flat=True)})
    assert flat.bots[0].strategy == rolled_out(new)
    assert flat.waiting == {}


def test_immediate_edit_does_not_wait() -> None:
    new = strategy(capital="500 USDT", updatePolicy="Immediate")
    result = desired(folder(account(), feed(), new), {"uid-trend": Facts(rolled_out(strategy()))})
    assert result.bots[0].strategy == rolled_out(new)


def test_manual_edit_waits_even_when_flat() -> None:
    old, new = rolled_out(strategy()), strategy(capital="500 USDT", updatePolicy="Manual")
    result = desired(folder(account(), feed(), new), {"uid-trend": Facts(old, flat=True)})
    assert result.bots[0].strategy == old


@pytest.mark.parametrize(("traded", "generation"), [(1, 1), (None, 1), (0, 2)])
def test_bot_that_traded_keeps_its_generation_over_an_edit_of_state(
    traded: int | None, generation: int
) -> None:
    old, new = rolled_out(strategy()), strategy(state="Paused")
    new["metadata"]["generation"] = 2
    result = desired(folder(account(), feed(), new), {"uid-trend": Facts(old, traded=traded)})
    assert [bot.strategy["metadata"]["generation"] for bot in result.bots] == [generation]
    assert result.waiting == {}


@pytest.mark.parametrize(("traded", "runs"), [(1, 1), (2, 2), (None, 2), (0, 3)])
def test_bot_that_waits_comes_back_as_the_generation_that_traded(
    traded: int | None, runs: int
) -> None:
    old = rolled_out(strategy(state="Paused"), since=1, generation=2)
    new = strategy(capital="500 USDT", updatePolicy="Manual")
    new["metadata"]["generation"] = 3
    result = desired(folder(account(), feed(), new), {"uid-trend": Facts(old, traded=traded)})
    assert [bot.strategy["metadata"]["generation"] for bot in result.bots] == [runs]


def test_state_and_stage_make_no_new_bot() -> None:
    assert template(strategy()) == template(strategy(state="Paused", stage="Shadow"))
    assert template(strategy()) != template(strategy(timeframe="4h"))


def test_edited_module_is_a_new_bot() -> None:
    first, second = ({**strategy(), "modules": {"trend.py": text}} for text in ("A = 1", "A = 2"))
    assert template(first) != template(second)
    assert template(first) != template(strategy())
