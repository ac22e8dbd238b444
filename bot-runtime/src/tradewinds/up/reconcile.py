"""From objects to processes: the operator's part on one machine.

Pure: objects and what is known of the running bots go in; the processes that should run, the spec
that each bot should run, and the reason why another waits come out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tradewinds.up.objects import Key, Object
from tradewinds_crds import placement
from tradewinds_crds.placement import exchange_of, is_locked_out, may_take_over
from tradewinds_crds.support import unsupported


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a Strategy's bot: the object that it runs, and whether it is flat.

    `traded` is the generation of its newest session, 0 before the first; None: nobody has said.
    """

    rolled_out: Object | None = None
    flat: bool = False
    traded: int | None = None


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot that should run: this object's spec, at this account's gateway, on this feed."""

    strategy: Object
    account: str
    feed: str


@dataclass(slots=True)
class Desired:
    """What should run, and why the rest does not."""

    gateways: list[str] = field(default_factory=list)
    feeds: dict[str, list[str]] = field(default_factory=dict)  # feed: gateways that pace it
    bots: list[Bot] = field(default_factory=list)
    waiting: dict[Key, str] = field(default_factory=dict)  # Reason: sentence with its remedy


def desired(objects: Mapping[Key, Object], facts: Mapping[str, Facts]) -> Desired:
    """Return what should run for these objects; `facts` is keyed by the Strategy's uid."""
    result = Desired()
    result.gateways = sorted(key.name for key in objects if key.kind == "ExchangeAccount")
    for key, resource in sorted(objects.items()):
        if key.kind == "MarketFeed":
            _desire_feed(result, objects, key.name, resource)
        elif key.kind == "Strategy":
            _desire_bot(result, objects, resource, facts.get(resource["metadata"]["uid"], Facts()))
    return result


def _desire_feed(result: Desired, objects: Mapping[Key, Object], name: str, feed: Object) -> None:
    refused = unsupported("MarketFeed", feed["spec"])
    if refused:
        result.waiting[Key("MarketFeed", name)] = f"Unsupported: {'; '.join(refused)}"
        return
    exchange = exchange_of(feed["spec"])
    result.feeds[name] = [
        account
        for account in result.gateways
        if objects[Key("ExchangeAccount", account)]["spec"]["exchange"] == exchange
    ]


def _desire_bot(
    result: Desired, objects: Mapping[Key, Object], strategy: Object, facts: Facts
) -> None:
    spec = strategy["spec"]
    key = Key("Strategy", strategy["metadata"]["name"])
    if "deletionTimestamp" in strategy["metadata"]:
        return
    reason = _obstacle(objects, strategy)
    if reason:
        result.waiting[key] = reason
        return
    if spec.get("state") == "Stopped":
        result.waiting[key] = "Stopped: spec.state is Stopped"
        return
    running = to_run(strategy, facts)
    if template(running) != template(strategy):
        policy = spec["updatePolicy"]
        result.waiting[key] = f"UpdateWaits: generation {_generation(running)} runs on until " + (
            "it is flat" if policy == "WhenFlat" else "updatePolicy is no longer Manual"
        )
    feed = feed_for(objects, strategy)
    assert feed is not None  # noqa: S101 - _obstacle has just found it
    result.bots.append(Bot(running, spec["accountRef"]["name"], feed))


def _obstacle(objects: Mapping[Key, Object], strategy: Object) -> str | None:
    spec = strategy["spec"]
    account = spec["accountRef"]["name"]
    if Key("ExchangeAccount", account) not in objects:
        return f"AccountMissing: no ExchangeAccount {account!r} in this folder. Add one."
    refused = unsupported("Strategy", spec) + unsupported(
        "ExchangeAccount", objects[Key("ExchangeAccount", account)]["spec"]
    )
    if refused:
        return f"Unsupported: {'; '.join(refused)}"
    if feed_for(objects, strategy) is None:
        exchange = objects[Key("ExchangeAccount", account)]["spec"]["exchange"]
        return (
            f"FeedMissing: no MarketFeed of {exchange} has {', '.join(spec['symbols'])} at "
            f"{spec['timeframe']}. Add one."
        )
    return None


def feed_for(objects: Mapping[Key, Object], strategy: Object) -> str | None:
    """Return the feed that a Strategy follows; None if there is none, or no account."""
    account = objects.get(Key("ExchangeAccount", strategy["spec"]["accountRef"]["name"]))
    if account is None:
        return None
    feeds = ((key.name, feed["spec"]) for key, feed in objects.items() if key.kind == "MarketFeed")
    return placement.feed_for(strategy["spec"], account["spec"], feeds)


def to_run(strategy: Object, facts: Facts) -> Object:
    """Return the object that the bot should run: the newest, once its policy allows.

    A gateway lets an older generation come back only if it is the one that traded, so a bot that
    waits keeps that one. Generations from `since` on, which is added here, make the same bot.
    """
    old, traded = facts.rolled_out, facts.traded
    if old is None:
        return _since(strategy, _generation(strategy))
    if template(old) == template(strategy):
        kept = traded in (None, _generation(old))
        return old if kept else _since(strategy, old["since"])
    allowed = may_take_over(strategy["spec"]["updatePolicy"], flat=facts.flat)
    if allowed or is_locked_out(traded, old["since"], _generation(old)):
        return _since(strategy, _generation(strategy))
    return old if traded is None else _of_generation(old, traded)


def _generation(strategy: Object) -> int:
    generation: int = strategy["metadata"]["generation"]
    return generation


def _since(strategy: Object, generation: int) -> Object:
    return {**strategy, "since": generation}


def _of_generation(strategy: Object, generation: int) -> Object:
    return {**strategy, "metadata": {**strategy["metadata"], "generation": generation}}


def template(strategy: Object) -> str:
    """Return the hash of what makes a new bot."""
    return placement.template(strategy["spec"], strategy.get("modules"))
