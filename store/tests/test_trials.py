"""What searches have tried, on both adapters."""

from tradewinds_store.ports import Store


async def test_trials_come_back_to_the_same_backtest_alone(store: Store) -> None:
    await store.trials.put("here", "u1", "a", {"daily": [0.1 + 0.2]})
    await store.trials.put("here", "u1", "a", {"daily": [0.1 + 0.3]})
    assert await store.trials.get("here", "u1", "a") == {"daily": [0.1 + 0.3]}
    assert await store.trials.get("here", "u1", "b") is None
    assert await store.trials.get("here", "u2", "a") is None
    assert await store.trials.get("there", "u1", "a") is None


async def test_pruning_keeps_what_is_named_and_what_is_of_other_clusters(store: Store) -> None:
    for cluster, uid in (("here", "u1"), ("here", "u2"), ("there", "u2")):
        await store.trials.put(cluster, uid, "a", {"of": uid})
    await store.trials.prune("here", {"u1"})
    assert await store.trials.get("here", "u1", "a") == {"of": "u1"}
    assert await store.trials.get("here", "u2", "a") is None
    assert await store.trials.get("there", "u2", "a") == {"of": "u2"}
    await store.trials.prune("here", [])
    assert await store.trials.get("here", "u1", "a") is None
