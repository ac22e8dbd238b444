"""Where two runs of one Strategy parted: the first order that one made and the other did not."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tradewinds.engine.outcome.results import OrderLine

SAME_SIZE: Final = 0.01
"""What an indicator with a fading memory still holds of its first bars changes a size computed
from it in a late digit. Sizes within this share of each other count as the same order."""
SAME_PRICE: Final = 0.001
"""The same for limit and stop prices."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The order of each run at the first place where they differ, None where one made none."""

    one: OrderLine | None
    other: OrderLine | None

    @property
    def first(self) -> OrderLine:
        """The earlier of the two, which the other run does not have."""
        there = [order for order in (self.one, self.other) if order is not None]
        return min(there, key=lambda order: order.time)


def equal(one: OrderLine, other: OrderLine) -> bool:
    """Whether two orders are the same to the last lot and tick, reason included."""
    return one == other


def alike(one: OrderLine, other: OrderLine) -> bool:
    """Whether two orders differ at most in the late digits of size and price."""
    return (
        same_kind(one, other)
        and _near(one.lots, other.lots, SAME_SIZE)
        and _near(one.ticks, other.ticks, SAME_PRICE)
    )


def same_kind(one: OrderLine, other: OrderLine) -> bool:
    """Whether two orders were decided at one close for one thing, whatever their size."""
    return _kind(one) == _kind(other)


def difference(
    one: Iterable[OrderLine],
    other: Iterable[OrderLine],
    same: Callable[[OrderLine, OrderLine], bool],
) -> Difference | None:
    """Return where two lists of orders part, None where they do not."""
    for left, right in zip_longest(one, other):
        if left is None or right is None or not same(left, right):
            return _parted(left, right)
    return None


def words(order: OrderLine | None) -> str:
    """Say an order in a sentence."""
    if order is None:
        return "nothing"
    price = f" at {order.ticks} ticks" if order.ticks else ""
    return f"{order.effect} {order.side} {order.kind}, {order.lots} lots{price} ({order.reason})"


def differing(one: Mapping[str, object], other: Mapping[str, object]) -> tuple[str, ...]:
    """Return the names whose figures differ; NaN equals NaN."""
    names = sorted({*one, *other})
    return tuple(n for n in names if not _same_figure(one.get(n), other.get(n)))


def _parted(left: OrderLine | None, right: OrderLine | None) -> Difference:
    if left is None or right is None or _moment(left) == _moment(right):
        return Difference(left, right)
    return Difference(left, None) if left.time <= right.time else Difference(None, right)


def _moment(order: OrderLine) -> tuple[int, str]:
    return order.time, order.symbol


def _kind(order: OrderLine) -> tuple[int, str, str, str, str]:
    return order.time, order.symbol, order.effect, order.side, order.kind


def _near(one: float, other: float, share: float) -> bool:
    return abs(one - other) <= max(share * max(abs(one), abs(other)), 1.0)


def _same_figure(one: object, other: object) -> bool:
    return one == other or (one != one and other != other)  # noqa: PLR0124  # NaN
