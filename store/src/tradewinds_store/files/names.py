"""Which column is which: the names that venues, data vendors and pandas give."""

from collections.abc import Sequence
from pathlib import Path

from tradewinds_store.bars import COLUMNS
from tradewinds_store.errors import BarsFileError

_TIMES = (
    "open_time", "opentime", "timestamp", "time", "datetime", "date", "unix", "ts", "index",
    "__index_level_0__", "unnamed:_0", "",
)  # fmt: skip
_NAMES = {
    "time": _TIMES,
    "open": ("open", "o"),
    "high": ("high", "h"),
    "low": ("low", "l"),
    "close": ("close", "c"),
    "volume": ("volume", "vol", "v"),
}
_QUOTES = {"usd", "usdt", "usdc", "busd", "eur", "gbp"}  # `Volume USDT` beside `Volume BTC`


def find_columns(path: Path, found: Sequence[str]) -> list[int]:
    """Return the places of time, open, high, low, close and volume among the names found."""
    plain = [name.strip().lower().replace(" ", "_") for name in found]
    places = [_place(plain, column) for column in COLUMNS]
    missing = [column for column, at in zip(COLUMNS, places, strict=True) if at is None]
    if missing:
        columns = "column" if len(missing) == 1 else "columns"
        raise BarsFileError(
            path,
            0,
            f"{columns} {', '.join(missing)} not found; it has {', '.join(found) or 'none'}. "
            "Rename the columns, or give a file of bars.",
        )
    return [at for at in places if at is not None]


def _place(plain: Sequence[str], column: str) -> int | None:
    for name in _NAMES[column]:
        if name in plain:
            return plain.index(name)
    return _volume_of_currency(plain) if column == "volume" else None


def _volume_of_currency(plain: Sequence[str]) -> int | None:
    currencies = {
        name.partition("_")[2]: at
        for at, name in enumerate(plain)
        if name.startswith(("volume_", "vol_"))
    }
    if len(currencies) > 1:
        currencies = {name: at for name, at in currencies.items() if name not in _QUOTES}
    return next(iter(currencies.values())) if len(currencies) == 1 else None
