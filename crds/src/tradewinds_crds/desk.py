"""What a desk prints, on a laptop and beside `kubectl` alike: columns, figures, tables.

Both desks read the same answers of the same gateways, so their words stand here once. Pure text: it
imports neither click nor Pydantic.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

POSITION_COLUMNS: Final = {
    "STRATEGY": "strategy",
    "SYMBOL": "symbol",
    "QUANTITY": "quantity",
    "AVERAGE": "averagePrice",
    "PRICE": "price",
    "P&L": "profit",
}
ORDER_COLUMNS: Final = {
    "DECIDED": "decided",
    "STRATEGY": "strategy",
    "SYMBOL": "symbol",
    "SIDE": "side",
    "KIND": "kind",
    "QUANTITY": "quantity",
    "PRICE": "price",
    "OUTCOME": "outcome",
}
_NO_ORDERS: Final = sha256().hexdigest()
FIGURES: Final = "QUANTITY AVERAGE PRICE P&L"  # that are aligned to the right


def cells(columns: Mapping[str, str], row: Mapping[str, Any]) -> list[str]:
    """Return what stands under each header for a position or an order of a gateway."""
    return [_cell(field, row) for field in columns.values()]


def _cell(field: str, row: Mapping[str, Any]) -> str:
    value = row.get(field)
    if value is None:
        return ""
    if field == "strategy" and row.get("deleted"):
        return f"{value} (deleted)"
    return when(value) if field == "decided" else str(value)


def positions(held: Sequence[Mapping[str, Any]]) -> str:
    """Write what a Strategy holds: `+0.1021 BTC`, or `flat`."""
    words = [
        f"{'' if one['quantity'].startswith('-') else '+'}{one['quantity']} {one['base']}"
        for one in held
    ]
    return ", ".join(words) or "flat"


def restraints(status: Mapping[str, Any]) -> list[str]:
    """Return in words what keeps a Strategy from opening: halts, its state, its end."""
    held = [f"Halted: {name}" for name in status["haltedBy"]]
    if status["deleted"]:
        held.append("Removed")
    elif status["state"] != "Running":
        held.append(status["state"])
    return held


def is_over(status: Mapping[str, Any]) -> bool:
    """Tell whether a Strategy is gone and has left nothing that anybody must look at."""
    return bool(status["deleted"]) and not status["positions"]


def order_hash(status: Mapping[str, Any]) -> str:
    """Write the start of an order hash; `-` while nothing was ordered."""
    whole: str = status["orderHash"]
    return "-" if whole in ("", _NO_ORDERS) else whole[:8]


def handed_over(status: Mapping[str, Any]) -> list[str]:
    """Say what a Strategy took over from deleted ones of its name, and what those still hold."""
    adoption = status.get("adoption") or {}
    waits = adoption.get("waits")
    return [
        *(took_over(one) for one in adoption.get("taken", ())),
        *(left_behind(one) for one in adoption.get("left", ())),
        *([f"begins once the deleted Strategy of this name is done: {waits}"] if waits else ()),
    ]


def took_over(position: Mapping[str, Any]) -> str:
    """Say of a position that it changed hands."""
    return (
        f"took over {positions([position])}, entered at {position['averagePrice']}, from the "
        "deleted Strategy of this name"
    )


def left_behind(position: Mapping[str, Any]) -> str:
    """Say of a position that it did not change hands, and how it would."""
    return (
        f"{positions([position])} stays with the deleted Strategy of this name: one that begins "
        f"with adopt: true and {position['symbol']} takes it over"
    )


def money(amount: str) -> str:
    """Write an amount as people read it: `10,212.00`."""
    return f"{float(amount):,.2f}"


def table_lines(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, right: str = ""
) -> list[str]:
    """Lay out rows in columns; `right` names the columns that are aligned to the right."""
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    lines = []
    for row in [header, *rows]:
        line = [
            text.rjust(width) if name in right.split() else text.ljust(width)
            for name, text, width in zip(header, row, widths, strict=True)
        ]
        lines.append("  ".join(line).rstrip())
    return lines


def when(time: int) -> str:
    """Write a time in UTC milliseconds as a date, with the time of day if there is one."""
    moment = datetime.fromtimestamp(time / 1000, UTC)
    return f"{moment:%Y-%m-%d}" if time % 86_400_000 == 0 else f"{moment:%Y-%m-%d %H:%M}"
