"""The figures of a finished run as `kubectl get bt` shows them, and what its acceptance came to."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tradewinds_crds.metrics import METRICS
from tradewinds_crds.names import ACCEPTED
from tradewinds_operator.conditions import Condition, condition

_WIDTH: Final = 16  # characters that the schema gives a figure
_KEPT: Final = ("totalReturn", "sharpe", "maxDrawdown", "trades")
_OF_TRADES: Final = {"Low": "TooFewTrades", "High": "TooManyTrades"}


def headline(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the operator needs of a stored result, whose orders are megabytes."""
    stats = body["stats"]
    return {
        "stats": {name: stats.get(name) for name in _KEPT},
        "orderHash": body["orderHash"],
        "acceptance": body["acceptance"],
    }


def figures(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return `status.results`, without the figures that the run does not have."""
    stats = result["stats"]
    told = {
        "totalReturn": _percent(stats["totalReturn"], "+"),
        "sharpe": _text(stats["sharpe"], f"{_plain(stats['sharpe'], 2):.2f}"),
        "maxDrawdown": _percent(stats["maxDrawdown"], ""),
        "trades": stats["trades"],
        "orderHash": result["orderHash"],
    }
    return {name: value for name, value in told.items() if value is not None}


def accepted(result: Mapping[str, Any]) -> Condition | None:
    """Return the condition Accepted; None if nothing was demanded."""
    verdicts: Sequence[Mapping[str, Any]] = result["acceptance"]
    if not verdicts:
        return None
    unmet = [one for one in verdicts if not one["met"]]
    if not unmet:
        count = "its demand is" if len(verdicts) == 1 else f"all {len(verdicts)} demands are"
        return condition(ACCEPTED, holds=True, reason="AllMet", message=f"{count} met")
    message = "; ".join(f"{one['demand']}: it was {_found(one)}" for one in unmet)
    return condition(ACCEPTED, holds=False, reason=_reason(unmet[0]), message=message)


def _reason(verdict: Mapping[str, Any]) -> str:
    """Name a demand that is not met in one word: SharpeTooLow, TooFewTrades."""
    name, word, _ = verdict["demand"].split(" ", 2)
    subject = name[0].upper() + name[1:]
    if verdict["value"] is None:
        return f"{subject}Undefined"
    side = "Low" if word.startswith(">") else "High"
    return _OF_TRADES[side] if name == "trades" else f"{subject}Too{side}"


def _found(verdict: Mapping[str, Any]) -> str:
    value = verdict["value"]
    if value is None:
        return "not defined for this run"
    percent = METRICS[verdict["demand"].split(" ", 1)[0]].in_percent
    return f"{value * 100:.6g}%" if percent else f"{value:.6g}"


def _percent(value: float | None, sign: str) -> str | None:
    if value is None:
        return None
    text = f"{_plain(value, 3):{sign}.1%}"
    return text if len(text) <= _WIDTH else f"{value * 100:{sign}.1e}%"


def _text(value: float | None, text: str) -> str | None:
    if value is None:
        return None
    return text if len(text) <= _WIDTH else f"{value:.2e}"


def _plain(value: float | None, places: int) -> float:
    """Round, so that what is shown as zero has no sign of its own."""
    return round(value or 0.0, places) + 0.0
