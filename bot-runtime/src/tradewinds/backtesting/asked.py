"""Where a command's bars come from: one file, or the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tradewinds.process.exits import InputError
from tradewinds.terminal.options import shown_store

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tradewinds.backtesting.prepare import Prepared
    from tradewinds.backtesting.series import Source

    Prepare = Callable[[dict[str, Any], Source], Awaitable[Prepared]]


async def prepared_from(
    question: dict[str, Any], data: Path | None, store: str, prepare: Prepare
) -> tuple[Prepared, str]:
    """Prepare a question from a file of bars or from a store; a remark says where bars are from."""
    from tradewinds_store.open import open_store  # noqa: PLC0415

    if data is not None:
        from tradewinds.backtesting.filesource import file_source  # noqa: PLC0415 - loads NumPy

        source = file_source(data, question)
        return await prepare(question, source), source.remark
    async with open_store(store) as opened:
        try:
            return await prepare(question, opened), ""
        except InputError as error:
            raise InputError(f"{error}\n  Store: {shown_store(store)}") from error
