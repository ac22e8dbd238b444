"""What a Strategy's status says, in words that stay the same until something changes.

`Ready` is whether the Strategy trades as its state asks; the first of these that holds is its
reason: an obstacle, `Stopped`, a halt, trouble with the pod, a gateway or collector that is stuck,
`Paused`. A bot that runs well while an edit waits is Ready; that it waits is said in `Reconciling`.
What passes by itself has one reason, `Starting`, so that a start is two writes and not ten.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from tradewinds_crds.names import ANNOTATION_GENERATION, READY, RECONCILING, STALLED, Kind, pod_name
from tradewinds_crds.placement import effective_mode
from tradewinds_operator.conditions import Condition, condition, find, stands
from tradewinds_operator.standing import Standing, standing
from tradewinds_operator.strategy.adopted import adopted
from tradewinds_operator.strategy.bot import Bot
from tradewinds_operator.strategy.feeds import single_feed
from tradewinds_operator.strategy.flat import flat
from tradewinds_operator.strategy.obstacles import Surroundings
from tradewinds_operator.world import Resource, World

RUNNING: Final = "Running"
_HALTED: Final = "HaltedBy"
_MUTE: Final = frozenset({"GatewaySilent", "ViewIncomplete", "CollectorSilent"})  # see `account`
_PASSING: Final = frozenset(
    {"PodMissing", "Starting", "Unready", "Terminating", "Completed", "Unschedulable"}
)


@dataclass(frozen=True, slots=True)
class Situation:
    """What was found out about a Strategy, of which its status is made."""

    around: Surroundings
    bot: Bot | None
    waits: str
    is_new: bool


def status(
    world: World, strategy: Resource, found: Situation
) -> tuple[dict[str, Any], float | None]:
    """Return the status, and the seconds after which time alone may change it."""
    stood = _standing(world, strategy, found)
    conditions = _reconciling(_conditions(world, strategy, found, stood), found)
    account = found.around.account
    environment = account["spec"]["environment"] if account is not None else "Live"
    whole = {
        "mode": effective_mode(strategy["spec"]["stage"], environment),
        "symbols": _short(strategy["spec"]["symbols"]),
        "feed": found.around.feed,
        "image": found.bot.image if found.bot is not None else None,
        "runningGeneration": _running(world, strategy, stood),
        "conditions": [
            *conditions,
            flat(world, strategy, is_new=found.is_new),
            *adopted(world, strategy),
            *single_feed(strategy, found.around),
        ],
    }
    return whole, stood.again


def _conditions(
    world: World, strategy: Resource, found: Situation, stood: Standing
) -> list[Condition]:
    obstacle, state = found.around.obstacle, strategy["spec"]["state"]
    if obstacle is not None:
        return stands(obstacle.reason, obstacle.message + _runs_on(world, strategy), stalled=True)
    if state == "Stopped":
        return _stopped(world, strategy)
    trouble = stands(stood.reason, stood.message, stalled=stood.stalled, ready=stood.ready)
    halted = _halted(world, strategy)
    if halted is not None:
        return [halted, *trouble[1:]]
    if stood.stalled or not stood.ready:
        return trouble
    still = _at_a_standstill(world, strategy, found.around)
    if still is not None:
        return stands(*still)
    if state == "Paused":
        message = "spec.state is Paused: nothing is opened, exits go on"
        return _settled(condition(READY, holds=False, reason="Paused", message=message))
    return stands(RUNNING, ready=True)


def _settled(ready: Condition) -> list[Condition]:
    return [ready, *stands(RUNNING, ready=True)[1:]]


def _stopped(world: World, strategy: Resource) -> list[Condition]:
    message = "spec.state is Stopped. What it holds stays, with its protections"
    ready = condition(READY, holds=False, reason="Stopped", message=message)
    if _pod(world, strategy) is None:
        return _settled(ready)
    return [ready, *stands("Stopping", "its bot is ending")[1:]]


def _halted(world: World, strategy: Resource) -> Condition | None:
    """Return Ready as halts leave it; the last word stands while the gateway is silent."""
    row = world.strategies.get(strategy["metadata"]["uid"])
    if row is None:
        last = find(strategy.get("status", {}), READY)
        if last is None or not last["reason"].startswith(_HALTED):
            return None
        return {name: last[name] for name in ("type", "status", "reason", "message")}
    names = row["haltedBy"]
    if not names:
        return None
    resume = " and ".join(f"kubectl tradewinds resume {name}" for name in names)
    message = f"halted by {', '.join(names)}: nothing is opened, exits go on. To end it: {resume}"
    return condition(READY, holds=False, reason=_HALTED + _camel(names[0]), message=message)


def _camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.replace(".", "-").split("-"))


def _standing(world: World, strategy: Resource, found: Situation) -> Standing:
    """Return how the pod stands; what passes by itself is one reason, unless others hold it up."""
    if found.bot is None or strategy["spec"]["state"] == "Stopped":
        return Standing("Starting", found.waits)
    stood = standing(world, strategy)
    if stood.ready or stood.stalled or stood.reason not in _PASSING:
        return stood
    behind = _held_up(world, strategy, found.around)
    if behind is not None:
        return replace(stood, reason=behind[0], message=behind[1])
    pod = pod_name(Kind.STRATEGY, strategy["metadata"]["name"])
    return replace(stood, reason="Starting", message=f"pod {pod} is not ready yet")


def _held_up(world: World, strategy: Resource, around: Surroundings) -> tuple[str, str] | None:
    """Return which of the things that a bot waits for is stuck itself."""
    for reason, other in _needed(world, strategy, around):
        stalled = find(other.get("status", {}), STALLED)
        if stalled is not None and stalled["status"] == "True":
            waits = f"the bot waits for {_subject(other)}, which needs help"
            return reason, f"{waits}: {stalled['message']}"
    return None


def _at_a_standstill(
    world: World, strategy: Resource, around: Surroundings
) -> tuple[str, str] | None:
    """Return which of the pods is stuck or mute without which a bot that runs trades nothing."""
    for reason, other in _needed(world, strategy, around):
        stood = standing(world, other)
        if stood.stalled:
            return reason, f"nothing trades without {_subject(other)}: {stood.message}"
        ready = find(other.get("status", {}), READY)
        if ready is not None and ready["reason"] in _MUTE:
            said = f"the bot runs, and whether it trades is not known: {_subject(other)}"
            return ready["reason"], f"{said}: {ready['message']}"
    return None


def _needed(
    world: World, strategy: Resource, around: Surroundings
) -> Iterator[tuple[str, Resource]]:
    feed = world.get("MarketFeed", strategy["metadata"]["namespace"], around.feed or "")
    if around.account is not None:
        yield "AccountStalled", around.account
    if feed is not None:
        yield "FeedStalled", feed


def _subject(other: Resource) -> str:
    return f"{other['kind'].lower()}/{other['metadata']['name']}"


def _reconciling(conditions: list[Condition], found: Situation) -> list[Condition]:
    """Say what is underway beside a bot that runs: an edit that waits, or one that takes over."""
    if found.waits:
        underway = condition(RECONCILING, holds=True, reason="UpdateWaits", message=found.waits)
    elif found.bot is not None and found.bot.is_rolling and found.around.obstacle is None:
        generation = found.bot.template["metadata"]["annotations"][ANNOTATION_GENERATION]
        message = f"generation {generation} takes over"
        underway = condition(RECONCILING, holds=True, reason="RollingOut", message=message)
    else:
        return conditions
    return [underway if one["type"] == RECONCILING else one for one in conditions]


def _runs_on(world: World, strategy: Resource) -> str:
    pod = _pod(world, strategy)
    if pod is None or strategy["spec"]["state"] == "Stopped":
        return ""
    return f". The bot of generation {_generation(pod)} runs on"


def _running(world: World, strategy: Resource, stood: Standing) -> int | None:
    """Return the generation of the pod; while one is starting, what was said before stays."""
    pod = _pod(world, strategy)
    last: int | None = strategy.get("status", {}).get("runningGeneration")
    if pod is None:
        return None if strategy["spec"]["state"] == "Stopped" else last
    return _generation(pod) if stood.ready or stood.stalled else last


def _generation(pod: Resource) -> int:
    return int(pod["metadata"].get("annotations", {}).get(ANNOTATION_GENERATION, 0))


def _pod(world: World, strategy: Resource) -> Resource | None:
    metadata = strategy["metadata"]
    return world.get("Pod", metadata["namespace"], pod_name(Kind.STRATEGY, metadata["name"]))


def _short(symbols: list[str]) -> str:
    first, *others = symbols
    return f"{first} +{len(others)}" if others else first
