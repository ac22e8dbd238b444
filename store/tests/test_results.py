"""Results by the hash of their question, on both adapters."""

from tradewinds_store.ports import Store


async def test_unknown_result_is_none(store: Store) -> None:
    assert await store.results.get("no such hash") is None


async def test_result_comes_back_with_every_float_exact(store: Store) -> None:
    body = {"orderHash": "7c1e", "equity": [0.1 + 0.2, 1e-308, -0.0, 1.0], "trades": [], "n": None}
    await store.results.put("hash", body)
    assert repr(await store.results.get("hash")) == repr(dict(sorted(body.items())))


async def test_putting_again_replaces(store: Store) -> None:
    await store.results.put("hash", {"run": 1})
    await store.results.put("hash", {"run": 2})
    assert await store.results.get("hash") == {"run": 2}
