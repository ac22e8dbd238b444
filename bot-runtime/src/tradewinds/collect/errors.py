"""What stops a collector; all of it is for the person who keeps the data.

InputError
├── NoBarsError        the store has nothing of a series in the replay's range
└── CorruptBarsError   a stored bar is broken, and nobody shall decide on it
"""

from datetime import UTC, datetime

from tradewinds.process.exits import InputError
from tradewinds_store.records import Coverage, Series


class NoBarsError(InputError):
    """A replay needs bars of each of its series; says what is stored, and how to get the rest."""

    reason = "DataMissing"

    def __init__(
        self, series: Series, start: int | None, end: int | None, stored: Coverage | None
    ) -> None:
        name = f"{series.exchange} {series.symbol} {series.timeframe}"
        period = "".join(
            f" {word} {day(time)}" for word, time in (("from", start), ("to", end)) if time
        )
        have = f"{day(stored.first)} → {day(stored.last)}" if stored else "nothing"
        super().__init__(
            f"No {name}{period} (stored: {have}).\n  Get it: tradewinds data import FILE "
            f"--exchange {series.exchange} --symbol {series.symbol} --timeframe {series.timeframe}"
        )


class CorruptBarsError(InputError):
    """A stored bar that no market can have made."""

    reason = "DataCorrupt"

    def __init__(self, series: Series, open_time: int, problem: str) -> None:
        super().__init__(
            f"{series.exchange} {series.symbol} {series.timeframe}: the stored bar of "
            f"{moment(open_time)} {problem}. Nothing is served from here on. Mend it: tradewinds "
            f"data import FILE --exchange {series.exchange} --symbol {series.symbol} "
            f"--timeframe {series.timeframe} --replace"
        )


def day(time: int) -> str:
    """Write a time in milliseconds as a date."""
    return moment(time)[:10]


def moment(time: int) -> str:
    """Write a time in milliseconds as UTC to the minute."""
    return datetime.fromtimestamp(time / 1000, UTC).strftime("%Y-%m-%d %H:%M")
