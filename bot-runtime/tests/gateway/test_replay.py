"""Recovery of a ledger that another gateway takes at the same moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tradewinds.gateway.errors import FencedError
from tradewinds.gateway.replay import Writer, recover_ledger
from tradewinds_store.open import open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from tradewinds_store.ports import Ledger
    from tradewinds_store.records import Event, Head, NewEvent


def writer(name: str) -> Writer:
    return Writer(name, "uid-of-paper", "ledger")


class Contested:
    """A ledger that a second gateway takes and signs at a chosen call of the first."""

    def __init__(self, ledger: Ledger, at: str) -> None:
        self._ledger = ledger
        self._at = at

    async def take(self, writer: str) -> Head:
        return await self._ledger.take(writer)

    async def head(self) -> Head:
        return await self._ledger.head()

    async def read(self, after: int = 0, limit: int = 10_000) -> Sequence[Event]:
        await self._contest("read")
        return await self._ledger.read(after, limit)

    async def append(self, epoch: int, after: int, events: Sequence[NewEvent]) -> Sequence[Event]:
        await self._contest("append")
        return await self._ledger.append(epoch, after, events)

    async def _contest(self, call: str) -> None:
        if call == self._at:
            self._at = ""
            await recover_ledger(self._ledger, writer("second"))


@pytest_asyncio.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[Ledger]:
    async with open_store(str(tmp_path)) as store:
        yield store.ledger("uid-of-paper")


@pytest.mark.parametrize("at", ["read", "append"])
async def test_gateway_that_starts_at_the_same_moment_is_fenced_and_nothing_is_broken(
    ledger: Ledger, at: str
) -> None:
    with pytest.raises(FencedError, match="another gateway took it"):
        await recover_ledger(Contested(ledger, at), writer("first"))
    assert [event.body["writer"] for event in await ledger.read()] == ["second"]
