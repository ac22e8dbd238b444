"""Whom a TradingHalt is about, as gateways see it: accounts, and the Strategies that they have."""

from collections.abc import Mapping
from dataclasses import dataclass

from tradewinds_crds.selection import may_select, narrows, selects
from tradewinds_operator.world import Resource, World


@dataclass(frozen=True, slots=True)
class _Bot:
    """A Strategy as selectors see it."""

    name: str
    namespace: str
    account: str
    labels: Mapping[str, str]


def is_selected(world: World, halt: Resource, account: Resource) -> bool:
    """Whether a halt is about an account: about all of it, or about a Strategy that it has."""
    selector, metadata = halt["spec"]["selector"], account["metadata"]
    if not may_select(selector, metadata["namespace"], metadata["name"]):
        return False
    return not narrows(selector) or bool(selected_strategies(world, halt, account))


def selected_strategies(world: World, halt: Resource, account: Resource) -> set[str]:
    """Return the names of the Strategies of an account that a halt is about."""
    selector, metadata = halt["spec"]["selector"], account["metadata"]
    bots = map(_bot, world.of("Strategy", metadata["namespace"]))
    return {bot.name for bot in bots if bot.account == metadata["name"] and selects(selector, bot)}


def _bot(strategy: Resource) -> _Bot:
    metadata = strategy["metadata"]
    return _Bot(
        metadata["name"],
        metadata["namespace"],
        strategy["spec"]["accountRef"]["name"],
        metadata.get("labels", {}),
    )
