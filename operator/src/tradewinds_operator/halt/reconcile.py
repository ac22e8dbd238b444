"""A TradingHalt makes nothing: gateways see it themselves. The operator says who obeys."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tradewinds_crds.selection import may_select, narrows, selects
from tradewinds_operator.actions import Action, SetStatus
from tradewinds_operator.gateways import has_gateway
from tradewinds_operator.halt.status import status
from tradewinds_operator.world import Resource, World, ref_of


@dataclass(frozen=True, slots=True)
class _Bot:
    """A Strategy as selectors see it."""

    name: str
    namespace: str
    account: str
    labels: Mapping[str, str]


def reconcile(world: World, halt: Resource) -> list[Action]:
    """Return the status of a TradingHalt."""
    if "deletionTimestamp" in halt["metadata"]:
        return []
    selector = halt["spec"]["selector"]
    selected = [
        account
        for account in world.of("ExchangeAccount")
        if _is_selected(world, selector, account) and has_gateway(world, account)
    ]
    return [SetStatus(ref_of(halt), status(world, halt, selected))]


def _is_selected(world: World, selector: Mapping[str, Any], account: Resource) -> bool:
    """Whether a halt is about an account: about all of it, or about a Strategy that it has."""
    namespace, name = account["metadata"]["namespace"], account["metadata"]["name"]
    if not may_select(selector, namespace, name):
        return False
    if not narrows(selector):
        return True
    bots = map(_bot, world.of("Strategy", namespace))
    return any(bot.account == name and selects(selector, bot) for bot in bots)


def _bot(strategy: Resource) -> _Bot:
    metadata = strategy["metadata"]
    return _Bot(
        metadata["name"],
        metadata["namespace"],
        strategy["spec"]["accountRef"]["name"],
        metadata.get("labels", {}),
    )
