"""Answers from files, checked for what every report needs.

Only what the header, the figures and the equity curve read is asked for; every other section is
left out when its key is missing.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tradewinds.reporting.errors import ReportError

Answer = Mapping[str, Any]
NEEDED: Final[Mapping[str, type | tuple[type, ...]]] = {
    "name": str,
    "symbols": list,
    "timeframe": str,
    "period": dict,
    "capital": (int, float),
    "stats": dict,
    "equity": list,
    "trades": list,
    "orderHash": str,
}


def read(path: Path) -> dict[str, Any]:
    """Read one answer; a file that holds none is an error that says what is missing."""
    try:
        answer = json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse)
    except OSError as error:
        raise ReportError(f"{path}: it cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise ReportError(
            f"{path}: this is not JSON ({error}), expected what `tradewinds backtest` writes to "
            "runs/"
        ) from error
    wrong = _wrong(answer)
    if wrong:
        raise ReportError(
            f"{path}: this is no answer of a backtest: {wrong}. Expected what `tradewinds "
            "backtest` writes to runs/; run it again to have one"
        )
    checked: dict[str, Any] = answer
    return checked


def _refuse(name: str) -> None:
    raise ValueError(f"it holds {name}, which is no number")


def _wrong(answer: Any) -> str:
    if not isinstance(answer, dict):
        return f"it was a {type(answer).__name__}, not an object"
    for name, kind in NEEDED.items():
        if name not in answer:
            return f"{name!r} is missing"
        if not isinstance(answer[name], kind):
            return f"{name!r} was a {type(answer[name]).__name__}"
    if not {"from", "to"} <= set(answer["period"]):
        return "'period' has no 'from' and 'to'"
    return _wrong_rows(answer)


def _wrong_rows(answer: Answer) -> str:
    for point in answer["equity"]:
        if not (isinstance(point, list) and len(point) == 2 and all(map(_is_number, point))):  # noqa: PLR2004 - a pair
            return f"'equity' held {point!r}, not a time and a value"
    for trade in answer["trades"]:
        if not (isinstance(trade, dict) and set(trade) >= TRADE):
            return "'trades' held one without " + ", ".join(sorted(TRADE - set(trade)))
    return ""


TRADE: Final = frozenset(
    {"symbol", "side", "quantity", "entryTime", "entryPrice", "exitTime", "exitPrice", "profit"}
)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
