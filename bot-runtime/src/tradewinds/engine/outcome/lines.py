"""Results by the line that are made when somebody reads them.

A run of a million bars can have tens of thousands of orders, fills and trades, and most who ask
for one want its figures alone. So a line is kept as numbers until the first look at the lines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, overload

T = TypeVar("T")


class Lines(Sequence[T]):
    """So many lines as `make` returns; equal to any sequence of equal lines."""

    def __init__(self, count: int, make: Callable[[], list[T]]) -> None:
        self._count = count
        self._make: Callable[[], list[T]] | None = make
        self._made: list[T] = []

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        return self._all()[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._all() == list(other)

    __hash__ = None  # type: ignore[assignment]  # as of a list

    def __repr__(self) -> str:
        return repr(self._all())

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (self._all(),)

    def _all(self) -> list[T]:
        if self._make is not None:
            self._made, self._make = self._make(), None
        return self._made
