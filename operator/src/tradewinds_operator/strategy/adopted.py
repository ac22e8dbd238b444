"""The condition Adopted: what became of the positions that a deleted namesake left.

The gateway takes them over in its ledger when the new bot begins; here it is only told. A Strategy
that neither asks for it nor has such a namesake has no such condition. While a gateway is silent
the last word stands.
"""

from collections.abc import Mapping
from typing import Any

from tradewinds_crds.desk import handed_over
from tradewinds_crds.names import ADOPTED
from tradewinds_operator.conditions import Condition, condition, find
from tradewinds_operator.world import Resource, World


def adopted(world: World, strategy: Resource) -> list[Condition]:
    """Return the condition, in a list of its own; an empty one when there is nothing to say."""
    row = world.strategies.get(strategy["metadata"]["uid"])
    if row is not None:
        return _said(row)
    last = find(strategy.get("status", {}), ADOPTED)
    if last is None:
        return []
    return [{name: last[name] for name in ("type", "status", "reason", "message")}]


def _said(row: Mapping[str, Any]) -> list[Condition]:
    adoption = row.get("adoption") or {}
    taken, left = adoption.get("taken"), adoption.get("left")
    message = "; ".join(handed_over(row))
    if taken:
        reason = "PartlyTaken" if left else "PositionsTaken"
        return [condition(ADOPTED, holds=True, reason=reason, message=message)]
    if adoption.get("waits"):
        return [condition(ADOPTED, None, "PredecessorBusy", message)]
    if left:
        return [condition(ADOPTED, holds=False, reason="LeftBehind", message=message)]
    if adoption.get("wanted") and row["tradedGeneration"] > 0:
        message = "no deleted Strategy of this name held anything when its bot began"
        return [condition(ADOPTED, holds=False, reason="NothingToAdopt", message=message)]
    return []
