"""What a MarketFeed says of its collector: whether it serves, what is stored, and never its end.

A collector that waits is not ready, and that comes and goes with each slow bot: only a wait that
lasts is said, so that a status is not written for every one.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from tradewinds_operator.conditions import stands
from tradewinds_operator.imports import with_store
from tradewinds_operator.obstacles import Obstacle
from tradewinds_operator.standing import Standing, standing, starting
from tradewinds_operator.world import Resource, World

_LASTING: Final = 30.0  # seconds of a wait before it is said
_MOST_NAMES: Final = 5  # that a message lists

Answer = Mapping[str, Any]  # of the collector's /v1/feed


def status(
    world: World, feed: Resource, refused: Obstacle | None, *, stale: bool
) -> tuple[dict[str, Any], float | None]:
    """Return the status, and the seconds after which time alone may change it."""
    answer = world.feeds.get(feed["metadata"]["uid"])
    if refused is not None:
        found = Standing(*refused, stalled=True)
    else:
        found = _collector(world, feed, answer, stale=stale)
    found = replace(found, message=with_store(world.settings, found.reason, found.message))
    body = {
        "source": _source(feed["spec"]),
        "markets": _markets(feed["spec"]["symbols"]),
        **_stored(feed, answer),
        "conditions": stands(found.reason, found.message, ready=found.ready, stalled=found.stalled),
    }
    return body, found.again


def _collector(world: World, feed: Resource, answer: Answer | None, *, stale: bool) -> Standing:
    found = standing(world, feed)
    if stale and not found.stalled:
        return Standing("RollingOut", "the collector's pod is replaced by one with the newest spec")
    if found.started and answer is not None:
        return _serving(world, found, answer)
    early = starting(world, feed, found)
    if early is not None:
        return early
    if found.started:
        hint = "Look for a NetworkPolicy between the operator and the collector"
        return Standing("CollectorSilent", f"the collector does not answer the operator. {hint}")
    return found


def _serving(world: World, found: Standing, answer: Answer) -> Standing:
    if answer.get("finished"):
        message = "the replay is at its end, and what it played is served"
        return Standing("Finished", message, ready=True)
    if answer.get("reason") == "NoFollowers":
        message = "the replay begins when a running Strategy follows it"
        return Standing("NoFollowers", message, ready=True)
    serving = Standing("Serving", "the collector serves bars", ready=True)
    waiting = answer.get("waitingFor") or []
    if found.ready or not waiting or found.since is None:
        return serving
    left = _LASTING - (world.now - found.since).total_seconds()
    if left > 0:
        return replace(serving, again=left)
    names = ", ".join(sorted(waiting)[:_MOST_NAMES])
    message = f"the replay waits for {names}. kubectl get strategies says what keeps them"
    return Standing("WaitingForFollowers", message, ready=True)


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
