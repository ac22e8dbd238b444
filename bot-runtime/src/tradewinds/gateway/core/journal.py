"""An append-only map that is shared between the states of one history.

The gateway keeps the first outcome of every intent for ever. Copying that map at each event would
make a state cost as much as its history; here every state holds the same dictionary and how many
of its entries it has seen. Writing behind the newest state appends in place; writing behind an
older one forks, so a state never sees another's future.
"""

from collections.abc import Iterator
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Journal(Generic[Value]):
    """An immutable view of the first `len(journal)` entries of a shared dictionary."""

    __slots__ = ("_entries", "_size")

    def __init__(self) -> None:
        self._entries: dict[str, tuple[int, Value]] = {}
        self._size = 0

    def get(self, key: str) -> Value | None:
        """Return the value of a key, None when this view does not have it."""
        entry = self._entries.get(key)
        return None if entry is None or entry[0] >= self._size else entry[1]

    def with_entry(self, key: str, value: Value) -> "Journal[Value]":
        """Return a view with one more entry; KeyError when the key is there already."""
        if self.get(key) is not None:
            raise KeyError(key)
        entries = self._entries
        if len(entries) > self._size:
            entries = {known: entry for known, entry in entries.items() if entry[0] < self._size}
        entries[key] = (self._size, value)
        longer: Journal[Value] = Journal()
        longer._entries = entries
        longer._size = self._size + 1
        return longer

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[tuple[str, Value]]:
        for key, (place, value) in self._entries.items():
            if place < self._size:
                yield key, value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Journal) and list(self) == list(other)

    def __hash__(self) -> int:
        return self._size
