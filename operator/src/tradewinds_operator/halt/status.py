"""Who obeys a TradingHalt: the gateways that hold it in their ledger, of those that it selects.

A gateway latches every halt there is, so its name alone says nothing: it obeys when it says that it
stops each Strategy that the halt selects as it stands now.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tradewinds_operator.conditions import Condition, stands
from tradewinds_operator.halt.selected import selected_strategies
from tradewinds_operator.standing import standing
from tradewinds_operator.world import Resource, World

_MOST: Final = 100  # accounts that a status lists
_MOST_NAMES: Final = 5  # that a message lists


def status(world: World, halt: Resource, accounts: Sequence[Resource]) -> dict[str, Any]:
    """Return the status over the selected accounts."""
    released = "release" in halt["spec"]
    holds = _holds if released else _obeys
    holding = [account for account in accounts if holds(world, halt, account)]
    missing = [
        account
        for account in accounts
        if (_answer(world, account) is None if released else account not in holding)
    ]
    conditions = _released(holding) if released else _obeyed(world, accounts, missing)
    return {
        "obeyed": f"{len(holding)}/{len(accounts)}",
        "silent": [_name(account) for account in missing][:_MOST],
        "conditions": conditions,
    }


def _obeyed(
    world: World, accounts: Sequence[Resource], missing: Sequence[Resource]
) -> list[Condition]:
    if not accounts:
        message = "no ExchangeAccount is selected; one that comes later obeys it, too"
        return stands("NobodySelected", message, ready=True)
    if not missing:
        return stands("Obeyed", "every gateway holds it, until it is released", ready=True)
    message = (
        f"the gateways of {_listed(missing)} have not said that they hold it. One that does not "
        "answer may be away, and opens nothing then: kubectl get xa -A"
    )
    stalled = any(standing(world, account).stalled for account in missing)
    return stands("GatewaySilent", message, stalled=stalled)


def _released(holding: Sequence[Resource]) -> list[Condition]:
    left = f"; the gateways of {_listed(holding)} hold it yet" if holding else ""
    return stands("Released", f"the halt was released{left}", ready=True)


def _obeys(world: World, halt: Resource, account: Resource) -> bool:
    row = _row(world, halt, account)
    return row is not None and selected_strategies(world, halt, account) <= set(row["strategies"])


def _holds(world: World, halt: Resource, account: Resource) -> bool:
    return _row(world, halt, account) is not None


def _row(world: World, halt: Resource, account: Resource) -> Mapping[str, Any] | None:
    rows = (_answer(world, account) or {}).get("halts", [])
    return next((row for row in rows if row["name"] == halt["metadata"]["name"]), None)


def _answer(world: World, account: Resource) -> Any:
    return world.accounts.get(account["metadata"]["uid"])


def _name(account: Resource) -> str:
    return f"{account['metadata']['namespace']}/{account['metadata']['name']}"


def _listed(accounts: Sequence[Resource]) -> str:
    shown = ", ".join(map(_name, accounts[:_MOST_NAMES]))
    more = len(accounts) - _MOST_NAMES
    return f"{shown} and {more} more" if more > 0 else shown
