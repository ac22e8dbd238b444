"""Whether the same run orders the same twice; if not, nothing else about it can be believed.

What differs is the clock, unseeded chance, or what a module kept from the run before. A bot folds
its bars anew at every start, so its second start would trade as no backtest did.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tradewinds.checking.differences import difference, equal, words
from tradewinds.checking.findings import Finding, Verdict

if TYPE_CHECKING:
    from tradewinds.checking.subject import Seen, Subject


def check_repeat(subject: Subject, whole: Seen) -> Verdict:
    """Run once more in the same process and compare every order."""
    again = subject.run()
    done = f"the same run twice, {len(whole.orders):,} orders"
    found = difference(whole.orders, again.orders, equal)
    if found is None:
        return Verdict("repeat", done)
    order = found.first
    seen = whole if found.one is order else again
    finding = Finding(
        f"the first run ordered {words(found.one)}, an equal second run {words(found.other)}."
        " It depends on the clock, on chance, or on what its module keeps between runs: use"
        " self.now, self.random and attributes of self",
        order.time,
        order.symbol,
        seen.where(order),
    )
    return Verdict("repeat", done, (finding,))
