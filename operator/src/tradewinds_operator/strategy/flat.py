"""The condition Flat: whether a Strategy holds a position, or has an order that could make one.

It comes from the gateway's ledger alone. While a gateway is silent the last word stands, since a
restart of a gateway changes no position, and each flicker would be a write.
"""

from tradewinds_crds.names import FLAT
from tradewinds_operator.conditions import Condition, condition, find
from tradewinds_operator.world import Resource, World


def flat(world: World, strategy: Resource, *, is_new: bool) -> Condition:
    """Return the condition; `is_new`: nothing was ever rolled out, so it cannot hold anything."""
    metadata = strategy["metadata"]
    row = world.strategies.get(metadata["uid"])
    if row is not None:
        return _flat(is_flat=row["flat"], namespace=metadata["namespace"])
    last = find(strategy.get("status", {}), FLAT)
    if last is not None and last["status"] != "Unknown":
        return {name: last[name] for name in ("type", "status", "reason", "message")}
    if is_new:
        return _flat(is_flat=True, namespace="")
    account = strategy["spec"]["accountRef"]["name"]
    message = f"the gateway of exchangeaccount/{account} has not said it yet"
    return condition(FLAT, None, "GatewaySilent", message)


def _flat(*, is_flat: bool, namespace: str) -> Condition:
    if is_flat:
        return condition(FLAT, holds=True, reason="NoPosition")
    message = f"a position is open, or an order rests: kubectl tradewinds positions -n {namespace}"
    return condition(FLAT, holds=False, reason="PositionOpen", message=message)
