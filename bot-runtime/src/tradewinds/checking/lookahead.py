"""Look-ahead: whether decisions change when the bars after them are cut off.

The run is repeated on beginnings of its bars. Each must order what the whole run ordered until
then. Cuts are made right behind bars that ordered, since a decision that peeks at the next bar
differs on the last bar of a cut alone, and evenly over the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tradewinds.checking.differences import difference, differing, equal, words
from tradewinds.checking.findings import Finding, Verdict
from tradewinds.checking.traces import at_close
from tradewinds.engine.errors import StrategyError

if TYPE_CHECKING:
    from tradewinds.checking.differences import Difference
    from tradewinds.checking.subject import Seen, Subject

AT_ORDERS: Final = 8
BETWEEN: Final = 4


def check_lookahead(subject: Subject, whole: Seen) -> Verdict:
    """Compare the whole run with runs on its beginnings; stop at the first that differs."""
    cuts = chosen_cuts(subject, whole)
    for count, cut in enumerate(cuts, start=1):
        finding = _compared(subject, whole, cut)
        if finding is not None:
            return Verdict("lookAhead", _done(count), (finding,))
    return Verdict("lookAhead", _done(len(cuts)))


def chosen_cuts(subject: Subject, whole: Seen) -> list[int]:
    """Return closes after which the future is cut off, the first ones first."""
    closes = subject.closes()
    ordered = sorted({order.time for order in whole.orders})
    return sorted({*spread(ordered, AT_ORDERS), *spread(closes[:-1], BETWEEN)})


def spread(values: list[int], count: int) -> list[int]:
    """Return some of the values, evenly, the first and the last among them."""
    if len(values) <= count:
        return values
    return [values[i * (len(values) - 1) // (count - 1)] for i in range(count)]


def _done(count: int) -> str:
    return f"{count} runs with the future cut off"


def _compared(subject: Subject, whole: Seen, cut: int) -> Finding | None:
    try:
        part = subject.run(end=cut)
    except StrategyError as error:
        sentence = (
            f"with the future cut off at this close it failed, the whole run did not: {error}"
        )
        return Finding(sentence, cut)
    before = [order for order in whole.orders if order.time <= cut]
    found = difference(before, part.orders, equal)
    return None if found is None else _finding(subject, whole, part, cut, found)


def _finding(subject: Subject, whole: Seen, part: Seen, cut: int, found: Difference) -> Finding:
    order = found.first
    names = differing(
        at_close(subject, order.time, end=subject.end), at_close(subject, order.time, end=cut)
    )
    return Finding(
        f"with the bars after it, it ordered {words(found.one)}; with the future cut off,"
        f" {words(found.other)}. It knows bars that were not closed yet",
        order.time,
        order.symbol,
        (whole if found.one is order else part).where(order),
        names,
    )
