"""Asks the gateways behind their Services, through the API server's own proxy.

Who may `get services/proxy` in a namespace may read there what its gateways tell; nobody can
write by this road. A gateway that does not answer is a value here: whoever asks decides what it
means.
"""

import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from tradewinds_crds.names import Kind, child_name
from tradewinds_operator.plugin.errors import DeskError, ForbiddenError, InputError
from tradewinds_operator.plugin.kubectl import Kubectl, Object

DESK: Final = "desk"  # the port's name in a gateway's Service
_AT_ONCE: Final = 8
_SECONDS: Final = 5.0  # that a gateway has for an answer


@dataclass(frozen=True, slots=True, order=True)
class Account:
    """An ExchangeAccount, whose gateway is asked."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a gateway said; None with a reason when it said nothing."""

    account: Account
    body: dict[str, Any] | None
    silence: str = ""


def accounts_of(found: Iterable[Object]) -> list[Account]:
    """Return the accounts among objects, sorted."""
    metadata = (one["metadata"] for one in found if one["kind"] == Kind.EXCHANGE_ACCOUNT)
    return sorted(Account(one["namespace"], one["name"]) for one in metadata)


def chosen_accounts(kubectl: Kubectl, names: Sequence[str]) -> list[Account]:
    """Return the accounts of these names; all there are when none is named."""
    there = accounts_of(kubectl.objects(Kind.EXCHANGE_ACCOUNT))
    expect("--account", names, [one.name for one in there])
    found = [one for one in there if not names or one.name in names]
    if not found:
        raise InputError("There is no ExchangeAccount there. Look elsewhere: -n NAMESPACE or -A")
    return found


def expect(option: str, given: Iterable[str], known: Iterable[str]) -> None:
    """Refuse a name that means nothing there."""
    names = sorted(set(known))
    for name in given:
        if name not in names:
            there = ", ".join(names) or "none, since there is none"
            raise InputError(f"{option} was {name!r}, expected one of {there}")


def ask_all(kubectl: Kubectl, accounts: Sequence[Account], path: str) -> list[Answer]:
    """GET `path` of every gateway at once; ForbiddenError if none may be asked."""
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        return list(pool.map(lambda one: _ask(kubectl, one, path), accounts))


def _ask(kubectl: Kubectl, account: Account, path: str) -> Answer:
    service = f"{child_name(Kind.EXCHANGE_ACCOUNT, account.name)}:{DESK}"
    base = f"/api/v1/namespaces/{account.namespace}/services/{service}/proxy"
    try:
        return Answer(account, kubectl.ask(base + path, _SECONDS))
    except (ForbiddenError, InputError):
        raise
    except (DeskError, json.JSONDecodeError) as error:
        return Answer(account, None, str(error).splitlines()[0])
