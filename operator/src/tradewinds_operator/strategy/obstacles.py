"""Why a Strategy's newest spec cannot run.

An obstacle keeps a bot from being made and an edit from being rolled out, and nothing else: a bot
that runs goes on as it was, whatever appears. It may hold a position, and its exits are worth more
than a tidy picture; the gateway judges each order anyway. Only `state: Stopped` and a deletion
take a running bot away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tradewinds_crds.placement import feeds_for
from tradewinds_crds.support import unsupported
from tradewinds_operator.obstacles import Obstacle
from tradewinds_operator.strategy.declared import Declared
from tradewinds_operator.world import Resource, World

_FEED: Final = "MarketFeed"
ASK_AGAIN: Final = 30.0  # seconds; a user's ConfigMap is not watched
_MISSING: Final = frozenset({"AccountMissing", "FeedMissing", "ConfigMapMissing"})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a Strategy needs beside itself: its account, feeds by name, or what is in the way."""

    account: Resource | None = None
    feeds: Sequence[str] = ()
    obstacle: Obstacle | None = None

    @property
    def feed(self) -> str | None:
        """The feed that serves it."""
        return self.feeds[0] if self.feeds else None

    @property
    def may_come(self) -> bool:
        """Whether what is in the way is an object that may be applied together with this one."""
        return self.obstacle is not None and self.obstacle.reason in _MISSING


def surroundings(world: World, strategy: Resource, said: Declared) -> Surroundings:
    """Look around for a Strategy."""
    namespace, spec = strategy["metadata"]["namespace"], strategy["spec"]
    account = world.get("ExchangeAccount", namespace, spec["accountRef"]["name"])
    feeds: Sequence[str] = ()
    if account is not None:
        named = [(one["metadata"]["name"], one["spec"]) for one in world.of(_FEED, namespace)]
        feeds = feeds_for(spec, account["spec"], named)
    obstacle = (
        said.refused
        or _of_account(strategy, account)
        or _of_modules(world, strategy)
        or (_no_feed(strategy, account) if account is not None and not feeds else None)
    )
    return Surroundings(account, feeds, obstacle)


def _of_account(strategy: Resource, account: Resource | None) -> Obstacle | None:
    namespace, name = strategy["metadata"]["namespace"], strategy["spec"]["accountRef"]["name"]
    if account is None:
        message = f"namespace {namespace} has no ExchangeAccount {name}. Apply one of that name"
        return Obstacle("AccountMissing", message)
    if "deletionTimestamp" in account["metadata"]:
        message = f"exchangeaccount/{name} is being deleted, and takes no more bots. "
        return Obstacle("AccountDeleted", message + "Delete this Strategy, or wait and apply both")
    refused = unsupported("ExchangeAccount", account["spec"])
    if refused:
        return Obstacle("Unsupported", f"exchangeaccount/{name}: {'; '.join(refused)}")
    return None


def _of_modules(world: World, strategy: Resource) -> Obstacle | None:
    name = modules_of(strategy["spec"])
    namespace = strategy["metadata"]["namespace"]
    if name is None:
        return None
    found = world.get("ConfigMap", namespace, name)
    if found is None:
        module = strategy["spec"]["python"]["module"].rpartition(".")[2]
        return Obstacle(
            "ConfigMapMissing",
            f"namespace {namespace} has no ConfigMap {name}, which spec.python.configMapRef names. "
            f"Create it: kubectl create configmap {name} -n {namespace} --from-file={module}.py",
        )
    if not found.get("immutable"):  # its bot would come back as another one
        return Obstacle(
            "ConfigMapMutable",
            f"ConfigMap {name} may be edited, and a bot that is started again would run the edit, "
            "whatever updatePolicy says. Seal it, and give an edit another name: kubectl patch "
            f"configmap {name} -n {namespace} -p '{{\"immutable\":true}}'",
        )
    return None


def modules_of(spec: Mapping[str, Any]) -> str | None:
    """Return the name of the ConfigMap that holds a Strategy's Python files; None if none does."""
    name: str | None = ((spec.get("python") or {}).get("configMapRef") or {}).get("name")
    return name


def _no_feed(strategy: Resource, account: Resource) -> Obstacle:
    namespace, spec = strategy["metadata"]["namespace"], strategy["spec"]
    return Obstacle(
        "FeedMissing",
        f"no MarketFeed of {account['spec']['exchange']} in namespace {namespace} has "
        f"{', '.join(spec['symbols'])} at {spec['timeframe']}. Apply one",
    )
