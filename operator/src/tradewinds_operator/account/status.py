"""What an ExchangeAccount says of its gateway: whether it serves, who uses it, what halts it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tradewinds_crds.names import HALTED
from tradewinds_crds.selection import may_select, narrows
from tradewinds_operator.conditions import Condition, condition, stands
from tradewinds_operator.obstacles import Obstacle
from tradewinds_operator.standing import Standing, standing, starting
from tradewinds_operator.world import Resource, World

_MOST_HALTS: Final = 100
_MOST_NAMES: Final = 5  # that a message lists

Answer = Mapping[str, Any]  # of the gateway's /v1/status


def status(
    world: World, account: Resource, users: Sequence[str], refused: Obstacle | None, *, stale: bool
) -> tuple[dict[str, Any], float | None]:
    """Return the status, and the seconds after which time alone may change it.

    `users` are the Strategies that name the account; `stale`: its pod runs an older spec.
    """
    answer = world.accounts.get(account["metadata"]["uid"])
    halts, halted = _halts(world, account, answer)
    if "deletionTimestamp" in account["metadata"]:
        message = f"deleted, and kept while Strategies name it: {_listed(users)}. Delete those"
        found = Standing("InUse", message, stalled=True)
    elif refused is not None:
        found = Standing(*refused, stalled=True)
    else:
        found = _gateway(world, account, answer, stale=stale)
    ready = stands(found.reason, found.message, ready=found.ready, stalled=found.stalled)
    body = {"strategies": len(users), "halts": halts, "conditions": [*ready, halted]}
    return body, found.again


def _gateway(world: World, account: Resource, answer: Answer | None, *, stale: bool) -> Standing:
    found = standing(world, account)
    if stale and not found.stalled:
        return Standing("RollingOut", "the gateway's pod is replaced by one with the newest spec")
    if found.ready and answer is not None:
        return Standing("Serving", "the gateway answers", ready=True)
    early = starting(world, account, found)
    if early is not None:
        return early
    if found.ready:
        hint = "Look for a NetworkPolicy between the operator and the gateway's desk"
        return Standing("GatewaySilent", f"the gateway does not answer the operator. {hint}")
    if found.started and answer is not None and not answer.get("viewComplete", True):
        hint = (
            "See whether the chart's rights for gateways reach this namespace (tradingNamespaces)"
        )
        message = f"the gateway has not seen all Strategies and halts, so it opens nothing. {hint}"
        return Standing("ViewIncomplete", message)
    return found


def _halts(world: World, account: Resource, answer: Answer | None) -> tuple[list[str], Condition]:
    if answer is None:
        known = list(account.get("status", {}).get("halts", []))
        holds = True if known else None
        message = "the gateway is silent; a halt that it holds stays"
        return known, condition(HALTED, holds, "GatewaySilent", message)
    rows = [row for row in answer.get("halts", []) if _holds(world, account, row)]
    names = sorted(row["name"] for row in rows)[:_MOST_HALTS]
    if not names:
        return [], condition(HALTED, False, "NoHalt")  # noqa: FBT003 - a status of its own
    said = "; ".join(_sentence(row) for row in rows[:_MOST_NAMES])
    return names, condition(HALTED, True, "HaltActive", said)  # noqa: FBT003 - same


def _holds(world: World, account: Resource, row: Mapping[str, Any]) -> bool:
    """Tell whether a halt that a gateway has latched, as it does all, is about this account."""
    if row.get("strategies"):
        return True
    halt = world.get("TradingHalt", "", row["name"])
    if halt is None:
        return False
    selector, metadata = halt["spec"]["selector"], account["metadata"]
    reaches = may_select(selector, metadata["namespace"], metadata["name"])
    return reaches and not narrows(selector)


def _sentence(row: Mapping[str, Any]) -> str:
    whom = _listed(row.get("strategies", [])) or "all that will use it"
    reason = f" ({row['reason']})" if row.get("reason") else ""
    return f"{row['name']}{reason} halts {whom}: kubectl tradewinds resume {row['name']}"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMES
    shown = ", ".join(sorted(names)[:_MOST_NAMES])
    return f"{shown} and {more} more" if more > 0 else shown
