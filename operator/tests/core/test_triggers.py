"""Whom a change wakes."""

from typing import Any

from tradewinds_operator.cache import Change
from tradewinds_operator.triggers import affected
from tradewinds_operator.world import Ref, Resource

PLACE = "paper"


def thing(kind: str, name: str, generation: int = 1, **fields: Any) -> dict[str, Any]:
    metadata = {"name": name, "namespace": PLACE, "uid": name, "generation": generation}
    return {"kind": kind, "metadata": metadata, "spec": {}, **fields}


def child(kind: str, name: str, owner: str = "", **labels: str) -> dict[str, Any]:
    made = thing(kind, name)
    made["metadata"]["labels"] = labels
    if owner:
        kind_of_owner, _, name_of_owner = owner.partition("/")
        made["metadata"]["ownerReferences"] = [{"kind": kind_of_owner, "name": name_of_owner}]
    return made


BOT = thing("Strategy", "btc", spec={"accountRef": {"name": "paper"}})
SHELVES: dict[str, dict[str, dict[str, Resource]]] = {
    "Strategy": {PLACE: {"btc": BOT}},
    "ExchangeAccount": {PLACE: {"paper": thing("ExchangeAccount", "paper")}},
    "MarketFeed": {PLACE: {"replay": thing("MarketFeed", "replay")}},
    "Backtest": {
        PLACE: {
            "open": thing("Backtest", "open", spec={"strategyRef": {"name": "btc"}}),
            "inline": thing("Backtest", "inline", spec={"strategy": {}}),
            "both": thing(
                "Backtest",
                "both",
                spec={"strategies": [{"strategyRef": {"name": n}} for n in ("eth", "btc")]},
            ),
            "others": thing(
                "Backtest",
                "others",
                spec={"strategies": [{"strategyRef": {"name": n}} for n in ("eth", "sol")]},
            ),
        }
    },
    "Pod": {PLACE: {"bot-btc-0": child("Pod", "bot-btc-0", **{"tradewinds.dev/strategy": "btc"})}},
}


ASKED = {"backtest/open", "backtest/both"}  # about the bot


def woken(after: Resource | None, before: Resource | None = None) -> set[str]:
    return {str(ref) for ref in affected(Change(before, after), SHELVES)}


def test_new_strategy_wakes_account_feeds_and_its_backtests() -> None:
    everybody = {"strategy/btc", "exchangeaccount/paper", "marketfeed/replay", *ASKED}
    assert woken(BOT) == everybody
    assert woken(None, BOT) == everybody
    assert woken({**BOT, "metadata": {**BOT["metadata"], "generation": 2}}, BOT) == everybody


def test_status_of_a_strategy_wakes_itself_alone() -> None:
    status = {"conditions": [{"type": "Ready", "status": "True", "reason": "Running"}]}
    assert woken({**BOT, "status": status}, BOT) == {"strategy/btc"}


def test_condition_of_an_account_wakes_its_strategies_and_the_feeds() -> None:
    account = SHELVES["ExchangeAccount"][PLACE]["paper"]
    status = {"conditions": [{"type": "Ready", "status": "True", "reason": "Serving"}]}
    everybody = {"exchangeaccount/paper", "strategy/btc", "marketfeed/replay", *ASKED}
    assert woken({**account, "status": status}, account) == everybody
    later = {**account, "status": {**status, "strategies": 1}}
    assert woken(later, {**account, "status": status}) == {"exchangeaccount/paper"}


def test_feed_wakes_the_strategies_of_its_namespace() -> None:
    feed = SHELVES["MarketFeed"][PLACE]["replay"]
    assert woken(feed) == {"marketfeed/replay", "strategy/btc"}


def test_child_wakes_its_owner() -> None:
    assert woken(child("Service", "s", "ExchangeAccount/paper")) == {"exchangeaccount/paper"}


def test_pod_wakes_the_resource_in_its_labels() -> None:
    pod = child("Pod", "bot-btc-0", "StatefulSet/bot-btc", **{"tradewinds.dev/strategy": "btc"})
    assert woken(pod) == {"strategy/btc"}


def test_event_about_a_pod_wakes_whose_pod_it_is() -> None:
    event = {**thing("Event", "e"), "involvedObject": {"kind": "Pod", "name": "bot-btc-0"}}
    assert woken(event) == {"strategy/btc"}
    other = {**thing("Event", "e"), "involvedObject": {"kind": "Pod", "name": "nginx"}}
    assert woken(other) == set()


def test_halt_wakes_itself() -> None:
    halt = thing("TradingHalt", "stop")
    del halt["metadata"]["namespace"]
    assert affected(Change(None, halt), SHELVES) == {Ref("TradingHalt", "", "stop")}
