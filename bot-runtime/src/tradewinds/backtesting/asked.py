"""Where a command's bars come from: one file, or the store."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from tradewinds.process.exits import InputError
from tradewinds.terminal.options import shown_store

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tradewinds.backtesting.series import Source

T = TypeVar("T")  # what is prepared: one run, or several


async def prepared_from(
    question: dict[str, Any],
    data: Path | None,
    store: str,
    prepare: Callable[[dict[str, Any], Source], Awaitable[T]],
) -> tuple[T, str]:
    """Prepare a question from a file of bars or from a store; a remark says where bars are from."""
    if data is not None:
        from tradewinds.backtesting.filesource import file_source  # noqa: PLC0415 - loads NumPy

        source = file_source(data, question)
        return await prepare(question, source), source.remark
    return await prepared_from_store(partial(prepare, question), store), ""


async def prepared_from_store(prepare: Callable[[Source], Awaitable[T]], store: str) -> T:
    """Prepare what a store has the bars of; an error says which store that is."""
    from tradewinds_store.open import open_store  # noqa: PLC0415

    async with open_store(store) as opened:
        try:
            return await prepare(opened)
        except InputError as error:
            raise InputError(f"{error}\n  Store: {shown_store(store)}") from error
