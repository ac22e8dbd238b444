"""A Backtest with all that it refers to: one object that a worker answers without asking anybody.

`up` and the operator put the same question into the queue, so it has the same hash on a laptop and
on a cluster. It holds a copy: what is edited later is not what was asked, and a hash that differs
says so.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from tradewinds_crds.names import Kind

Object = Mapping[str, Any]
Find = Callable[[Kind, str], Object | None]  # an object beside the Backtest, by kind and name
Texts = Callable[[Object], Mapping[str, str]]  # the Python files of a Strategy or Backtest by name

CHANGED_SINCE: Final = "what it was asked about has changed since"
_DECLARED: Final = ("apiVersion", "kind", "spec")


class UnaskableError(Exception):
    """A Backtest cannot be asked: the reason in one word, and a sentence with its remedy."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def question(backtest: Object, find: Find, texts: Texts, *, where: str) -> dict[str, Any]:
    """Return what a Backtest asks; `UnaskableError` names what is missing `where` it looked.

    Of several strategies it holds a list, each with its own account and files.
    """
    asked, spec = declared(backtest), backtest["spec"]
    names = strategies_of(spec)
    if spec.get("strategies"):
        found = [
            _strategy(name, f"strategies[{place}].strategyRef", find, where)
            for place, name in enumerate(names)
        ]
        return {**asked, "strategies": [_with_its_own(one, find, texts, where) for one in found]}
    if names:
        strategy = _strategy(names[0], "strategyRef", find, where)
        return {**asked, **_with_its_own(strategy, find, texts, where)}
    return {**asked, **_beside(backtest, spec["strategy"], find, texts, where)}


def strategies_of(spec: Object) -> list[str]:
    """Return the names of the Strategies that a Backtest's spec refers to, in its order."""
    alone = [spec["strategyRef"]] if spec.get("strategyRef") else []
    several = [one["strategyRef"] for one in spec.get("strategies") or ()]
    return [str(reference["name"]) for reference in (*alone, *several)]


def declared(resource: Object) -> dict[str, Any]:
    """Return an object as its manifest would declare it."""
    return {
        **{name: resource[name] for name in _DECLARED},
        "metadata": {"name": resource["metadata"]["name"]},
    }


def _with_its_own(strategy: Object, find: Find, texts: Texts, where: str) -> dict[str, Any]:
    """Return a Strategy with its account and its files."""
    beside = _beside(strategy, strategy["spec"], find, texts, where)
    return {"strategy": declared(strategy), **beside}


def _beside(
    holder: Object, strategy: Object, find: Find, texts: Texts, where: str
) -> dict[str, Any]:
    """Return the account of a Strategy's spec, and the files of the object that holds it."""
    account, modules = _account(strategy, find, where), texts(holder)
    return {
        **({} if account is None else {"account": declared(account)}),
        **({"modules": dict(modules)} if modules else {}),
    }


def _strategy(name: str, field: str, find: Find, where: str) -> Object:
    found = find(Kind.STRATEGY, name)
    if found is None:
        message = f"there is no Strategy {name!r} {where}. Add it, or mend spec.{field}.name"
        raise UnaskableError("StrategyMissing", message)
    return found


def _account(strategy: Mapping[str, Any], find: Find, where: str) -> Object | None:
    """Return the account; a strategy inside a Backtest may name an exchange instead."""
    reference = strategy.get("accountRef")
    if reference is None:
        return None
    name = reference["name"]
    found = find(Kind.EXCHANGE_ACCOUNT, name)
    if found is None:
        message = f"there is no ExchangeAccount {name!r} {where}. Add it, or mend accountRef.name"
        raise UnaskableError("AccountMissing", message)
    return found
