"""A TradingHalt makes nothing: gateways see it themselves. The operator says who obeys."""

from tradewinds_operator.actions import Action, SetStatus
from tradewinds_operator.gateways import has_gateway
from tradewinds_operator.halt.selected import is_selected
from tradewinds_operator.halt.status import status
from tradewinds_operator.world import Resource, World, ref_of


def reconcile(world: World, halt: Resource) -> list[Action]:
    """Return the status of a TradingHalt."""
    if "deletionTimestamp" in halt["metadata"]:
        return []
    accounts = [
        account
        for account in world.of("ExchangeAccount")
        if is_selected(world, halt, account) and has_gateway(world, account)
    ]
    return [SetStatus(ref_of(halt), status(world, halt, accounts))]
