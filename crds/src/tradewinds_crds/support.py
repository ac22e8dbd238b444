"""What of the contract is executed today. The rest is refused by name, never ignored.

The schema is whole from the first day, so that manifests keep their shape; this page says where the
programs stand. A part of the tree below is executed (True), executed for some values alone (a
tuple), or a level of its own. Values that say "nothing" (an empty list, false) need no support.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tradewinds_crds.scalars import parse_symbol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_RULE_SIDE: Final = {
    "entry": True,
    "exit": True,
    "entryOrder": {"limit": True, "stop": True, "validFor": True},
    "scaleIn": True,
}
_EXECUTED: Final[dict[str, dict[str, Any]]] = {
    "Strategy": {
        "accountRef": True,
        "state": True,
        "stage": ("Shadow", "Paper"),
        "symbols": True,
        "timeframe": True,
        "rules": {
            "parameters": True,
            "search": True,
            "constraints": True,
            "indicators": True,
            "priority": True,
            "portfolio": True,
            "joint": True,
            "long": _RULE_SIDE,
            "short": _RULE_SIDE,
        },
        "builtin": True,
        "python": {
            "module": True,
            "class": True,
            "image": True,  # what a pod runs; on a laptop the module lies beside the manifest
            "configMapRef": True,  # same
        },
        "parameters": True,
        "capital": True,
        "sizing": {
            "equity": True,
            "quote": True,
            "risk": True,
            "quantity": True,
            "volatility": True,
            "window": True,
            "kelly": True,
            "maxLeverage": True,
        },
        "bracket": True,
        "protections": True,
        "maxOpenPositions": True,
        "execution": {"algorithm": ("Direct",), "postOnly": True, "marginMode": ("Cross",)},
        "schedule": True,
        "warmup": True,
        "adopt": True,
        "updatePolicy": True,
        "onDelete": True,
        "resources": True,  # of a pod; a laptop's processes share the machine
    },
    "Backtest": {
        "strategyRef": True,
        "strategy": True,  # asked for as a Strategy
        "strategies": True,
        "period": True,
        "data": True,
        "costs": True,
        "capital": True,
        "optimization": True,
        "walkForward": True,
        "benchmark": True,
        "acceptance": True,
        "sizeClass": True,
    },
    "ExchangeAccount": {
        "exchange": True,
        "environment": ("Paper",),
        "paper": {"costs": True},
    },
    "MarketFeed": {"replay": True, "symbols": True, "timeframes": True, "grace": True},
}
_REMEDIES: Final = {
    "stage": "Use Paper",
    "environment": "Use Paper",
    "signal": "Use rules or python",
    "exchange": "Use replay",
    "yahoo": "Use replay",
}


def unsupported(kind: str, spec: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each field that is set and that nothing executes yet."""
    tree = _EXECUTED.get(kind)
    return [] if tree is None else [*_refused("spec", spec, tree), *_settled_elsewhere(spec)]


def _settled_elsewhere(spec: Mapping[str, Any]) -> Iterator[str]:
    for symbol in spec.get("symbols") or ():
        market = parse_symbol(symbol)
        if market.settle not in {None, market.quote}:
            linear = f"{market.base}/{market.quote}:{market.quote}"
            yield (
                f"spec.symbols has {symbol}, which settles in {market.settle} and not in"
                f" {market.quote}, and is not executed yet. Use the linear one, such as {linear}"
            )


def _refused(path: str, part: Mapping[str, Any], tree: Mapping[str, Any]) -> Iterator[str]:
    for name, value in part.items():
        known = tree.get(name)
        if not _says_something(value) or known is True:
            continue
        if isinstance(known, dict) and isinstance(value, dict):
            yield from _refused(f"{path}.{name}", value, known)
        elif known is None:
            remedy = _REMEDIES.get(name, "Leave it out")
            yield f"{path}.{name} is not executed yet. {remedy}"
        elif value not in known:
            yield f"{path}.{name} was {value}, which is not executed yet. {_expected(name, known)}"


def _says_something(value: object) -> bool:
    if isinstance(value, dict):
        return any(_says_something(one) for one in value.values())
    return value is not None and value is not False and value != []


def _expected(name: str, known: tuple[object, ...]) -> str:
    return _REMEDIES.get(name, f"Use {' or '.join(str(one) for one in known)}")
