"""What people read: status, positions, orders and halts, made from the state when asked.

Nothing is kept for it. Quantities and money are decimal strings, times the clock's milliseconds.
"""

import math
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from tradewinds.gateway.core.adoption import Estate, estate_of
from tradewinds.gateway.core.halts import halted_by
from tradewinds.gateway.core.policy import Policy
from tradewinds.gateway.core.standing import left_to_do
from tradewinds.gateway.core.state import Adopted, Halt, StrategyState
from tradewinds.gateway.service import Service
from tradewinds.gateway.view import View
from tradewinds.gateway.words import decimal_text
from tradewinds.process.objects import Object
from tradewinds_crds.scalars import parse_money, parse_symbol


def status(service: Service) -> dict[str, Any]:
    """Return the account at a glance, with a row for each Strategy it has or had."""
    view = service.view.snapshot()
    state = service.state
    uids = sorted({*view.strategies, *state.strategies}, key=lambda uid: _name(service, uid))
    names = _names_of_gone(service)
    clocks = [one.filled_through for one in state.strategies.values() if one.filled_through]
    return {
        "account": view.account.name,
        "uid": view.account.uid,
        "clock": service.latest() if clocks else None,
        "viewComplete": view.complete,
        "viewAge": _age(service),
        "ledger": {
            "number": service.head.number,
            "hash": service.head.hash,
            "began": service.began,
        },
        "halts": [_halt_row(service, halt) for halt in _active(service)],
        "strategies": [
            _row(service, view, uid) | {"adoption": _adoption(service, uid, names)} for uid in uids
        ],
    }


def positions(service: Service) -> dict[str, Any]:
    """Return what is held, Strategy by Strategy."""
    gone = service.gone()
    rows = [
        {"strategy": one.record.name, "uid": uid, "deleted": uid in gone, **position}
        for uid, one in sorted(service.state.strategies.items())
        for position in _positions(one)
    ]
    return {"positions": rows}


def orders(service: Service) -> dict[str, Any]:
    """Return the newest orders, oldest first, with what became of each."""
    return {"orders": service.chronicle.orders.rows()}


def halts(service: Service) -> dict[str, Any]:
    """Return every halt that was ever latched here."""
    rows = [
        {
            "name": halt.name,
            "uid": halt.uid,
            "active": halt.active,
            "reason": halt.reason,
            "since": halt.since,
            "released": halt.released,
            "by": halt.by,
            "why": halt.why,
        }
        for halt in sorted(service.state.halts.values(), key=lambda halt: halt.name)
    ]
    return {"halts": rows}


def activity(service: Service, after: int, limit: int) -> dict[str, Any]:
    """Return lines behind a number, oldest first; lines that are long past are left out."""
    lines = [line for line in service.chronicle.lines if line.number > after][:limit]
    rows = [
        {"number": one.number, "time": one.time, "strategy": one.strategy, "text": one.text}
        for one in lines
    ]
    return {"lines": rows, "cursor": lines[-1].number if lines else after}


def _row(service: Service, view: View, uid: str) -> dict[str, Any]:
    one = service.state.strategies.get(uid)
    policy = service.policy(uid)
    deleted = policy.deleted or (policy.complete and not policy.known)
    row: dict[str, Any] = {
        "uid": uid,
        "name": _name(service, uid),
        "generation": policy.generation or (one.record.generation if one else 0),
        "tradedGeneration": one.record.generation if one else 0,
        "mode": str(policy.mode),
        "state": str(policy.state),
        "haltedBy": halted_by(service.state, policy),
        "heldBack": service.chronicle.held_back(uid),
        "deleted": deleted,
        "done": deleted and (one is None or not left_to_do(one, policy)),
    }
    if one is None:
        return row | _unstarted(view.strategies[uid])
    return row | _traded(service, one)


def _traded(service: Service, one: StrategyState) -> dict[str, Any]:
    capital = parse_money(one.record.spec["capital"])
    equity = one.book.equity()
    return {
        "positions": list(_positions(one)),
        "flat": one.flat,
        "resting": len(one.orders),
        "equity": _money(equity),
        "capital": decimal_text(capital.amount),
        "currency": capital.currency,
        "profit": equity / float(capital.amount) - 1.0,
        "trades": one.trades,
        "orderHash": service.chronicle.order_hash(one.uid),
        "start": one.start,
        "decidedThrough": one.decided_through,
        "filledThrough": one.filled_through,
        "epoch": one.epoch,
        "pod": one.pod,
    }


def _unstarted(strategy: Object) -> dict[str, Any]:
    capital = parse_money(strategy.spec["capital"])
    return {
        "positions": [],
        "flat": True,
        "resting": 0,
        "equity": decimal_text(capital.amount),
        "capital": decimal_text(capital.amount),
        "currency": capital.currency,
        "profit": 0.0,
        "trades": 0,
        "orderHash": "",
        "start": None,
        "decidedThrough": None,
        "filledThrough": None,
        "epoch": 0,
        "pod": "",
    }


def _positions(one: StrategyState) -> Iterable[dict[str, Any]]:
    for place, symbol in enumerate(one.plan.symbols):
        lots = one.book.lots(place)
        if lots != 0:
            quantity = lots * one.plan.instruments[place].lot
            average, price = one.book.average_price(place), one.book.last_close(place)
            profit = float(quantity) * (price - average)
            yield {
                "symbol": symbol,
                "base": parse_symbol(symbol).base,
                "quantity": decimal_text(quantity),
                "averagePrice": None if math.isnan(average) else decimal_text(_decimal(average)),
                "price": None if math.isnan(price) else decimal_text(_decimal(price)),
                "profit": None if math.isnan(profit) else _money(profit),
            }


def _names_of_gone(service: Service) -> set[tuple[str, str]]:
    """Return namespace and name of each deleted Strategy that is not done with."""
    gone = (service.state.strategies[uid] for uid in service.gone())
    return {(one.record.namespace, one.record.name) for one in gone if not one.flat}


def _adoption(service: Service, uid: str, names: set[tuple[str, str]]) -> dict[str, Any]:
    """Return what a Strategy took over, what deleted ones of its name still hold, what it awaits.

    Before it has begun what it will take over is in neither list.
    """
    one, policy = service.state.strategies.get(uid), service.policy(uid)
    estate = Estate()
    if policy.known and not policy.deleted and (policy.namespace, policy.name) in names:
        estate = estate_of(service.state, policy, service.gone(), policy.symbols)
    begins = policy.adopt and one is None
    left = estate.left if begins else (*estate.taken, *estate.left)
    return {
        "wanted": policy.adopt,
        "taken": [_adopted(took) for took in one.adopted] if one else [],
        "left": [
            {"predecessor": holding.of.uid, **position}
            for holding in left
            for position in _positions(holding.of)
            if position["symbol"] == holding.symbol
        ],
        "waits": estate.waits if begins else "",
    }


def _adopted(one: Adopted) -> dict[str, Any]:
    return {
        "predecessor": one.predecessor,
        "symbol": one.symbol,
        "base": parse_symbol(one.symbol).base,
        "quantity": decimal_text(one.quantity),
        "averagePrice": decimal_text(_decimal(one.average_price)),
    }


def _active(service: Service) -> list[Halt]:
    active = (halt for halt in service.state.halts.values() if halt.active)
    return sorted(active, key=lambda halt: halt.name)


def _halt_row(service: Service, halt: Halt) -> dict[str, Any]:
    view = service.view.snapshot()
    uids = {*view.strategies, *service.state.strategies}
    stopped = [uid for uid in uids if halt.name in halted_by(service.state, _policy(service, uid))]
    return {
        "name": halt.name,
        "uid": halt.uid,
        "reason": halt.reason,
        "strategies": sorted(_name(service, uid) for uid in stopped),
        "since": halt.since,
    }


def _policy(service: Service, uid: str) -> Policy:
    return service.view.snapshot().policy(uid)


def _name(service: Service, uid: str) -> str:
    policy = _policy(service, uid)
    if policy.known:
        return policy.name
    one = service.state.strategies.get(uid)
    return one.record.name if one else uid


def _age(service: Service) -> float | None:
    """Return the seconds since the view was seen whole; None if it never was, or lacks a halt."""
    age = service.view.age()
    return round(age, 1) if math.isfinite(age) else None


def _money(value: float) -> str:
    return f"{_decimal(value):.2f}"


def _decimal(value: float) -> Decimal:
    return Decimal(repr(value))
