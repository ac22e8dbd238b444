"""Snapshots: the last one for each strategy, code and layout, on both adapters."""

from tradewinds_store.ports import Store
from tradewinds_store.records import Snapshot


async def test_unknown_snapshot_is_none(store: Store) -> None:
    assert await store.snapshots("account-1").load("s", "code", "layout") is None


async def test_last_snapshot_of_each_key_is_kept(store: Store) -> None:
    snapshots = store.snapshots("account-1")
    old = Snapshot("s", "code", "layout", 1, 60_000, b"old")
    new = Snapshot("s", "code", "layout", 9, 120_000, bytes(range(256)))
    other = Snapshot("s", "other code", "layout", 3, 60_000, b"")
    for snapshot in (old, other, new):
        await snapshots.save(snapshot)
    assert await snapshots.load("s", "code", "layout") == new
    assert await snapshots.load("s", "other code", "layout") == other


async def test_accounts_have_snapshots_of_their_own(store: Store) -> None:
    await store.snapshots("account-1").save(Snapshot("s", "c", "l", 1, 1, b"state"))
    assert await store.snapshots("account-2").load("s", "c", "l") is None
