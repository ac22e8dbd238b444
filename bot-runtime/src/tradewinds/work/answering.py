"""Which room answers a queued question: that of several strategies, or that of one.

A worker need not know what a question is about; whatever it prepared has a key, and is executed.
"""

from collections.abc import Mapping
from typing import Any

from tradewinds.backtesting.prepare import Prepared
from tradewinds.backtesting.series import Source
from tradewinds.combining import answer as several
from tradewinds.combining.asking import is_of_several
from tradewinds.combining.prepare import Combined
from tradewinds.combining.prepare import prepare as prepare_several
from tradewinds.optimization import answer as alone
from tradewinds.optimization.keeping import Keeper
from tradewinds.optimization.pace import Progress


async def prepare(question: Mapping[str, Any], source: Source) -> Prepared | Combined:
    """Check a question, and read what it needs from a store."""
    if is_of_several(question):
        return await prepare_several(question, source)
    return await alone.prepare(question, source)


def execute(prepared: Prepared | Combined, progress: Progress, keeper: Keeper) -> dict[str, Any]:
    """Answer a prepared question, with what a report draws; raises whatever `progress` raises."""
    if isinstance(prepared, Combined):
        return several.execute(prepared, progress, charts=True)
    return alone.execute(prepared, progress, keeper, charts=True)
