"""What the store has of a feed's series, before anything is played."""

from tradewinds.collect.errors import NoBarsError
from tradewinds.collect.feed import Feed
from tradewinds_crds.scalars import timeframe_ms
from tradewinds_store.ports import BarSource
from tradewinds_store.records import Coverage, Series


async def find_coverage(feed: Feed, source: BarSource) -> dict[Series, Coverage]:
    """Return each series' coverage; `NoBarsError` names the first that the replay would miss."""
    stored = {one.series: one for one in await source.coverage()}
    found = {}
    for symbol in feed.symbols:
        for timeframe in feed.timeframes:
            series = feed.series(symbol, timeframe)
            one = stored.get(series)
            if one is None or not _has_bars(feed, one):
                raise NoBarsError(series, feed.replay.start, feed.replay.end, one)
            found[series] = one
    return found


def clock_range(feed: Feed, coverage: dict[Series, Coverage]) -> tuple[int, int]:
    """Return the clock before the first close of a replay, and the time of its last close."""
    firsts = [one.first for one in coverage.values()]
    lasts = [one.last + timeframe_ms(series.timeframe) for series, one in coverage.items()]
    start, end = feed.replay.start, feed.replay.end
    return (
        min(firsts) if start is None else start,
        max(lasts) if end is None else min(end, max(lasts)),
    )


def _has_bars(feed: Feed, one: Coverage) -> bool:
    length = timeframe_ms(one.series.timeframe)
    start, end = feed.replay.start, feed.replay.end
    return (start is None or one.last >= start) and (end is None or one.first + length <= end)
