"""Whom a halt is for: its selector, and the accounts whose gateways have to obey it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tradewinds_crds.names import Kind
from tradewinds_crds.selection import may_select, narrows, selects
from tradewinds_operator.plugin.errors import InputError
from tradewinds_operator.plugin.gateways import Account, accounts_of, expect
from tradewinds_operator.plugin.kubectl import Kubectl, Object

Selector = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Bot:
    """A Strategy as selectors see it."""

    name: str
    namespace: str
    account: str
    labels: Mapping[str, str]


def selector_of(
    namespaces: Sequence[str],
    accounts: Sequence[str],
    strategies: Sequence[str],
    labels: Mapping[str, str],
) -> dict[str, Any]:
    """Return what was typed as a TradingHalt has it; what was not said selects everybody."""
    said = {
        "namespaces": sorted(namespaces),
        "accounts": sorted(accounts),
        "strategies": sorted(strategies),
        "matchLabels": dict(labels),
    }
    return {name: value for name, value in said.items() if value}


def concerned(kubectl: Kubectl, selector: Selector) -> list[Account]:
    """Return the accounts whose gateways have to obey; InputError for a name that is nobody's."""
    there = _objects(kubectl, selector)
    accounts = accounts_of(there)
    bots = [_bot(one) for one in there if one["kind"] == Kind.STRATEGY]
    _expect_names(selector, accounts, bots)
    if not narrows(selector):
        return [one for one in accounts if may_select(selector, one.namespace, one.name)]
    used = {Account(bot.namespace, bot.account) for bot in bots if selects(selector, bot)}
    if not used:
        raise InputError(
            "No Strategy there is selected by all of these options together. Nothing was halted."
        )
    return [one for one in accounts if one in used]


def _expect_names(selector: Selector, accounts: list[Account], bots: list[_Bot]) -> None:
    expect("--namespace", selector.get("namespaces", ()), [one.namespace for one in accounts])
    expect("--account", selector.get("accounts", ()), [one.name for one in accounts])
    expect("--strategy", selector.get("strategies", ()), [one.name for one in bots])


def _objects(kubectl: Kubectl, selector: Selector) -> list[Object]:
    kinds = (Kind.EXCHANGE_ACCOUNT, *((Kind.STRATEGY,) if narrows(selector) else ()))
    places = [Kubectl(kubectl.connection, one) for one in selector.get("namespaces", ())]
    everywhere = Kubectl(kubectl.connection, everywhere=True)
    return [one for place in places or [everywhere] for one in place.objects(*kinds)]


def _bot(strategy: Object) -> _Bot:
    metadata = strategy["metadata"]
    return _Bot(
        name=metadata["name"],
        namespace=metadata["namespace"],
        account=strategy["spec"]["accountRef"]["name"],
        labels=metadata.get("labels", {}),
    )
