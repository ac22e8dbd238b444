"""What a Strategy with `adopt: true` takes over: the positions of deleted ones of its name.

It happens once, in the transaction of its first session, so that a later restart never finds
positions that nobody expected. A predecessor is another Strategy of this ledger with the same
namespace and name that the view has no more; it is waited for until none of its entries rests and
each of its orders has an outcome. Positions in symbols that the new spec does not list stay.

The successor pays what a position cost at its average price, and the predecessor is paid it: both
books keep equity = cash + positions, their sum does not change, the open profit goes with the
position, and what closed trades made stays with the one that made them.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from tradewinds.engine.account.apply import cash_change
from tradewinds.engine.account.position import bought_row, position_json
from tradewinds.engine.records import POSITION_SIZE_OF
from tradewinds.gateway.core.draft import Draft
from tradewinds.gateway.core.events import PositionAdopted
from tradewinds.gateway.core.policy import Policy
from tradewinds.gateway.core.state import State, StrategyState


@dataclass(frozen=True, slots=True)
class Holding:
    """A position of a predecessor."""

    of: StrategyState
    symbol: str

    @property
    def place(self) -> int:
        return self.of.plan.place(self.symbol)


@dataclass(frozen=True, slots=True)
class Estate:
    """What predecessors hold: what a Strategy may take over, what it cannot, what it waits for."""

    taken: tuple[Holding, ...] = ()
    left: tuple[Holding, ...] = ()
    waits: str = ""


def estate_of(
    state: State, policy: Policy, gone: Collection[str], symbols: Collection[str]
) -> Estate:
    """Look at the predecessors of a Strategy that trades `symbols`, the newest first."""
    taken: dict[str, Holding] = {}
    left: list[Holding] = []
    waits = ""
    for one in _predecessors(state, policy, gone):
        waits = waits or _unfinished(one)
        for holding in _holdings(one):
            if holding.symbol in symbols and holding.symbol not in taken:
                taken[holding.symbol] = holding
            else:
                left.append(holding)
    return Estate(tuple(taken.values()), tuple(left), waits)


def adopt(draft: Draft, uid: str, estate: Estate, now: int) -> None:
    """Take over, once plan and session of the Strategy are recorded."""
    for holding in estate.taken:
        draft.add(_event(draft.state.strategies[uid], holding, now))


def _predecessors(state: State, policy: Policy, gone: Collection[str]) -> Iterator[StrategyState]:
    for one in reversed(list(state.strategies.values())):  # in the order of their first plans
        named = (one.record.namespace, one.record.name) == (policy.namespace, policy.name)
        if named and one.uid != policy.uid and one.uid in gone:
            yield one


def _holdings(one: StrategyState) -> Iterator[Holding]:
    for place, symbol in enumerate(one.plan.symbols):
        if one.book.lots(place) != 0:
            yield Holding(one, symbol)


def _unfinished(one: StrategyState) -> str:
    for order in one.entries.values():
        return f"its entry in {order.intent.symbol} is being cancelled"
    for order in one.unplaced:
        return f"order {order.key} has no outcome yet"
    return ""


def _event(one: StrategyState, holding: Holding, now: int) -> PositionAdopted:
    place = one.plan.place(holding.symbol)
    old = holding.of.book
    body = position_json(old.state, holding.place * POSITION_SIZE_OF)
    row = bought_row(body, place, float(one.plan.instruments[place].tick))
    return PositionAdopted(
        time=now,
        strategy=one.uid,
        predecessor=holding.of.uid,
        key=holding.of.positions[holding.symbol],
        symbol=holding.symbol,
        position=body,
        cash=cash_change(row, 0, one.book.terms),
        bar=one.filled_through or 0,
        lived_through=holding.of.last_bar or 0,
    )
