"""The sections of `rules`: long and short, portfolio, joint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tradewinds_crds.errors import ScalarError
from tradewinds_crds.rules.checked import EntryOrder, Leg, Portfolio, ScaleIn, Side
from tradewinds_crds.scalars import parse_bars, parse_percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tradewinds_crds.rules.reading import Reader

_SIDE: Final = ("entry", "exit", "entryOrder", "scaleIn")
_PORTFOLIO: Final = (
    "rebalance", "eligible", "rank", "hold", "keepUntilRank", "weights", "exposure", "minTrade",
)  # fmt: skip


def read_side(reader: Reader, written: object, path: str) -> Side | None:
    if written is None:
        return None
    side = reader.mapping(written, path)
    reader.known_keys(side, _SIDE, path)
    if "entry" not in side:
        reader.problem(
            path, "has no entry", "add entry: a condition, such as close > sma(close, 50)"
        )
    return Side(
        entry=reader.expression(side.get("entry"), f"{path}.entry", "condition"),
        exit=reader.expression(side.get("exit"), f"{path}.exit", "condition"),
        order=_entry_order(reader, side.get("entryOrder"), f"{path}.entryOrder"),
        scale_in=_scale_in(reader, side.get("scaleIn"), f"{path}.scaleIn"),
    )


def read_portfolio(reader: Reader, written: object) -> Portfolio | None:
    if written is None:
        return None
    path = "rules.portfolio"
    fields = reader.mapping(written, path)
    reader.known_keys(fields, _PORTFOLIO, path)
    return Portfolio(
        eligible=reader.expression(fields.get("eligible"), f"{path}.eligible", "condition"),
        rank=reader.expression(fields.get("rank"), f"{path}.rank", "number"),
        settings={key: fields[key] for key in fields if key not in {"eligible", "rank"}},
    )


def read_joint(reader: Reader, written: object) -> tuple[Leg, ...]:
    if written is None:
        return ()
    fields = reader.mapping(written, "rules.joint")
    reader.known_keys(fields, ("legs",), "rules.joint")
    legs = [
        _leg(reader, reader.mapping(leg, path), path)
        for place, leg in enumerate(reader.sequence(fields.get("legs"), "rules.joint.legs"))
        if (path := f"rules.joint.legs[{place}]")
    ]
    return tuple(leg for leg in legs if leg is not None)


def _leg(reader: Reader, leg: Mapping[str, Any], path: str) -> Leg | None:
    reader.known_keys(leg, ("symbol", "ratio"), path)
    symbol = leg.get("symbol")
    if symbol not in reader.scope.symbols:
        there = ", ".join(reader.scope.symbols)
        reader.problem(f"{path}.symbol", f"unknown symbol '{symbol}'", f"there are {there}")
    ratio = reader.expression(leg.get("ratio", 1), f"{path}.ratio", "number")
    return Leg(str(symbol), ratio) if ratio is not None else None


def _entry_order(reader: Reader, written: object, path: str) -> EntryOrder | None:
    if written is None:
        return None
    fields = reader.mapping(written, path)
    reader.known_keys(fields, ("limit", "stop", "validFor"), path)
    limit, stop = (
        reader.expression(fields.get(word), f"{path}.{word}", "number")
        for word in ("limit", "stop")
    )
    bars = _valid_bars(reader, fields.get("validFor"), f"{path}.validFor")
    if not fields.keys() & {"limit", "stop"}:
        reader.problem(path, "expected limit, stop or both, each with a price")
    if limit is not None and stop is not None:
        return EntryOrder("stopLimit", limit, bars, stop)
    if limit is not None:
        return EntryOrder("limit", limit, bars)
    return EntryOrder("stop", stop, bars) if stop is not None else None


def _valid_bars(reader: Reader, written: object, path: str) -> int:
    if written is None:
        return 1
    try:
        return parse_bars(str(written))
    except ScalarError as error:
        reader.problem(path, str(error))
        return 1


def _scale_in(reader: Reader, written: object, path: str) -> tuple[ScaleIn, ...]:
    made: list[ScaleIn] = []
    for place, step in enumerate(reader.sequence(written, path)):
        at = f"{path}[{place}]"
        fields = reader.mapping(step, at)
        reader.known_keys(fields, ("when", "size", "max"), at)
        when = reader.expression(fields.get("when"), f"{at}.when", "condition")
        most = fields.get("max", 1)
        if "when" not in fields:
            reader.problem(at, "has no when", "add when: a condition")
        if isinstance(most, bool) or not isinstance(most, int) or most < 1:
            reader.problem(f"{at}.max", f"was {most!r}, expected a whole number above 0")
        elif when is not None:
            share = _share(reader, fields.get("size", "100%"), f"{at}.size")
            made.append(ScaleIn(when, share, most))
    return tuple(made)


def _share(reader: Reader, written: object, path: str) -> float:
    try:
        share = float(parse_percent(str(written)))
    except ScalarError as error:
        reader.problem(path, str(error))
        return 1.0
    if share == 0.0:
        reader.problem(path, "was 0%, expected a share above zero of the fill before")
    return share
