"""What can go wrong in a store, and what to do about it.

    StoreError
    ├── StoreUrlError           the URL names no store: mend the command line
    ├── StoreVersionError       the store was written by a newer version: upgrade
    ├── StoreUnavailableError   locked, full, read-only or unreachable: may pass, try again
    ├── FencedError             another writer took over: stop
    ├── DuplicateEventError     a unique key is taken: the event happened already
    ├── BarsError               bars that no series can hold: unsorted, NaN
    ├── BarConflictError        stored bars say something else: nothing was written
    ├── RatesError              funding rates that no market can have: unsorted, NaN
    ├── RateConflictError       stored rates say something else: nothing was written
    ├── TradesError             trades that no market can have: unsorted, NaN
    ├── TradeConflictError      stored trades say something else: nothing was written
    ├── CorruptLedgerError      the hash chain is broken: stop, and restore from a copy
    ├── MigrationError          applied migrations differ from ours, or some are missing
    ├── DamagedBarsError        a file of stored bars is missing or broken: restore or import again
    ├── DamagedTradesError      a file of stored trades is missing or broken: the same
    └── BarsFileError           a data file is broken, by file, line and value

Messages name the subject, what was found, and the remedy.
"""

from collections.abc import Sequence
from pathlib import Path


class StoreError(Exception):
    """The root of what this package raises on purpose."""


class StoreUrlError(StoreError):
    """The URL names no kind of store that we know."""


class StoreVersionError(StoreError):
    """The store was written by a newer version than this one."""

    def __init__(self, subject: str, found: int, known: int) -> None:
        super().__init__(
            f"{subject}: schema version was {found}, this version knows up to {known}. "
            "Upgrade tradewinds, or use another store."
        )
        self.found = found
        self.known = known


class StoreUnavailableError(StoreError):
    """The store could not be used right now; trying again later may succeed.

    When a connection broke or an answer did not come in time, a write may have been committed all
    the same: read before writing again. An append that did commit refuses its repetition.
    """


class FencedError(StoreError):
    """The writer is not the newest one any more, or does not stand at the end of the log."""

    def __init__(self, account: str, *, epoch: int, after: int, found: tuple[int, int]) -> None:
        newest, number = found
        super().__init__(
            f"Ledger of account {account}: the append had writer epoch {epoch} behind event "
            f"{after}, but the newest epoch is {newest} and the last event {number}. Another "
            "writer took over and nothing was written: stop, and start again to take the ledger."
        )
        self.epoch = epoch
        self.after = after
        self.newest_epoch = newest
        self.last_number = number


class DuplicateEventError(StoreError):
    """An event's unique key is taken in this account's log."""

    def __init__(self, account: str, key: str, number: int | None) -> None:
        where = "twice in this append" if number is None else f"by event {number}"
        super().__init__(
            f"Ledger of account {account}: key {key!r} was taken {where}; nothing was written. "
            "The event happened already: read it instead of appending it again."
        )
        self.key = key
        self.number = number


class BarsError(StoreError):
    """The bars to be written cannot be a series."""


class BarConflictError(StoreError):
    """Stored bars have other values than those to be written."""

    def __init__(self, subject: str, times: Sequence[int], example: str) -> None:
        count = len(times)
        bars = "1 bar differs" if count == 1 else f"{count} bars differ"
        super().__init__(
            f"{subject}: {bars} from what is stored, the first one {example}. Nothing was "
            "written. If the new values are right, write again with --replace."
        )
        self.times = tuple(times)


class RatesError(StoreError):
    """The funding rates to be written cannot be a market's."""


class RateConflictError(StoreError):
    """Stored funding rates have other values than those to be written."""

    def __init__(self, subject: str, times: Sequence[int], example: str) -> None:
        count = len(times)
        rates = "1 rate differs" if count == 1 else f"{count} rates differ"
        super().__init__(
            f"{subject}: {rates} from what is stored, the first one {example}. Nothing was "
            "written. If the new values are right, write again with --replace."
        )
        self.times = tuple(times)


class TradesError(StoreError):
    """The trades to be written cannot be a market's."""


class TradeConflictError(StoreError):
    """Stored trades have other values than those to be written."""

    def __init__(self, subject: str, count: int, example: str) -> None:
        trades = "1 trade differs" if count == 1 else f"{count} trades differ"
        super().__init__(
            f"{subject}: {trades} from what is stored, the first one {example}. Nothing was "
            "written. If the new values are right, write again with --replace."
        )
        self.count = count


class CorruptLedgerError(StoreError):
    """The hash chain of a log does not hold from `number` on."""

    def __init__(self, subject: str, number: int, detail: str) -> None:
        super().__init__(
            f"{subject}: the hash chain is broken at event {number} ({detail}). It was changed "
            "outside Tradewinds: stop its gateway, and restore the ledger from a copy."
        )
        self.number = number


class MigrationError(StoreError):
    """The database's schema is not one that this version can work with."""


class DamagedBarsError(StoreError):
    """A file of stored bars is missing or broken."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(
            f"{path}: {problem}. Restore the file from a copy, or remove the folder of this series "
            "and import it again."
        )


class DamagedTradesError(StoreError):
    """A file of stored trades is missing or broken."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(
            f"{path}: {problem}. Restore the file from a copy, or import all trades of its day "
            "again with --replace, or remove its folder and import the market again."
        )


class BarsFileError(StoreError):
    """A data file cannot be read; `line` counts from 1 in the file, 0: the whole file.

    In a Parquet or Feather file it is the row, also from 1.
    """

    def __init__(self, path: Path, line: int, problem: str) -> None:
        where = f"{path}:{line}" if line else f"{path}"
        super().__init__(f"{where}: {problem}")
        self.path = path
        self.line = line
