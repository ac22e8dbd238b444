"""What a MarketFeed says of its collector: whether it serves, what is stored, and never its end.

A collector that waits is not ready, and that comes and goes with each slow bot: only a wait that
lasts is said, so that a status is not written for every one.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from tradewinds_operator.conditions import Condition, stands
from tradewinds_operator.obstacles import Obstacle
from tradewinds_operator.standing import Standing, standing
from tradewinds_operator.world import Resource, World

_LASTING: Final = 30.0  # seconds of a wait before it is said
_MOST_NAMES: Final = 5  # that a message lists

Answer = Mapping[str, Any]  # of the collector's /v1/feed


def status(
    world: World, feed: Resource, refused: Obstacle | None, *, stale: bool
) -> tuple[dict[str, Any], float | None]:
    """Return the status, and the seconds after which time alone may change it."""
    found = standing(world, feed)
    answer = world.feeds.get(feed["metadata"]["uid"])
    again = found.again
    if refused is not None:
        conditions, again = stands(*refused, stalled=True), None
    elif found.started and stale:
        conditions = stands(
            "RollingOut", "the collector's pod is replaced by one with the newest spec"
        )
    elif found.started and answer is not None:
        conditions, again = _serving(world, found, answer)
    elif found.started:
        hint = "If it stays, look for a NetworkPolicy between the operator and the collector"
        conditions = stands("CollectorSilent", f"the collector has not answered. {hint}")
    else:
        conditions = stands(found.reason, found.message, stalled=found.stalled)
    known = _stored(feed, answer)
    said = {"source": _source(feed["spec"]), "markets": _markets(feed["spec"]["symbols"])}
    return {**said, **known, "conditions": conditions}, again


def _serving(world: World, found: Standing, answer: Answer) -> tuple[list[Condition], float | None]:
    if answer.get("finished"):
        message = "the replay is at its end, and what it played is served"
        return stands("Finished", message, ready=True), None
    if answer.get("reason") == "NoFollowers":
        message = "the replay begins when a running Strategy follows it"
        return stands("NoFollowers", message, ready=True), None
    waiting = answer.get("waitingFor") or []
    if found.ready or not waiting or found.since is None:
        return stands("Serving", "the collector serves bars", ready=True), None
    left = _LASTING - (world.now - found.since).total_seconds()
    if left > 0:
        return stands("Serving", "the collector serves bars", ready=True), left
    names = ", ".join(sorted(waiting)[:_MOST_NAMES])
    message = f"the replay waits for {names}. kubectl get strategies says what keeps them"
    return stands("WaitingForFollowers", message, ready=True), None


def _stored(feed: Resource, answer: Answer | None) -> dict[str, Any]:
    rows = (answer or {}).get("ranges")
    if rows is None:  # not said, or not yet: what was known stays
        before = feed.get("status", {})
        return {name: before[name] for name in ("gaps", "ranges") if name in before}
    return {"gaps": sum(row["gapCount"] for row in rows), "ranges": [_range(row) for row in rows]}


def _range(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "symbol": row["symbol"],
        "timeframe": row["timeframe"],
        "from": _time(row["first"]),
        "gaps": [{"from": _time(first), "to": _time(after)} for first, after in row["gaps"]],
        "gapCount": row["gapCount"],
    }


def _time(moment: int) -> str:
    return f"{datetime.fromtimestamp(moment / 1000, UTC):%Y-%m-%dT%H:%MZ}"


def _source(spec: Mapping[str, Any]) -> str:
    if replay := spec.get("replay"):
        return f"replay {replay['exchange']} {replay.get('speed', 'max')}"
    if exchange := spec.get("exchange"):
        testnet = " testnet" if exchange.get("environment") == "Testnet" else ""
        return f"{exchange['name']}{testnet}"
    return "yahoo"


def _markets(symbols: list[str]) -> str:
    first, *more = symbols
    return f"{first} +{len(more)}" if more else first
