"""A queued Backtest of several strategies: a worker's answer is the laptop's."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from tradewinds.combining.answer import execute
from tradewinds.combining.prepare import prepare
from tradewinds.work.claim import End, Watch, answer_claim
from tradewinds_store.ports import Store
from tradewinds_store.records import Task


@pytest.fixture
def both(task: Callable[..., Task]) -> dict[str, Any]:
    """Return a question about two strategies on the same bars, a quarter left as cash."""
    parts = []
    for name, length in (("fast", 20), ("slow", 50)):
        one = task(rules={"long": {"entry": f"close > sma(close, {length})"}}).spec
        named = {**one["strategy"], "metadata": {"name": name}}
        parts.append({"strategy": named, "account": one["account"]})
    shares = [("fast", "50%"), ("slow", "25%")]
    return {
        "kind": "Backtest",
        "metadata": {"name": "both"},
        "spec": {
            "strategies": [{"strategyRef": {"name": n}, "weight": w} for n, w in shares],
            "period": {"from": "2024-02-01", "to": "2024-03-01"},
            "acceptance": ["trades >= 1", "totalReturn > -90%"],
        },
        "strategies": parts,
    }


async def answered(store: Store, asked: dict[str, Any], uid: str) -> tuple[End, Watch]:
    assert await store.queue.enqueue(Task("here", uid, 1, "both", asked))
    claim = await store.queue.claim("tester", 30)
    assert claim is not None
    watch = Watch()
    return await answer_claim(store, claim, asyncio.Event(), watch), watch


async def test_worker_answers_several_strategies_as_the_laptop_does(
    store: Store, both: dict[str, Any]
) -> None:
    end, watch = await answered(store, both, "u1")
    assert end is End.DONE
    assert watch.share >= 0.5  # the second of two runs has told of itself
    (row,) = await store.queue.status("here")
    body = await store.results.get(row.result or "")
    assert body is not None
    direct = execute(await prepare(both, store))
    assert (body["orderHash"], body["equity"]) == (direct["orderHash"], direct["equity"])
    assert body["provenance"]["key"] == row.result
    assert (body["capital"], body["cash"]) == (20000.0, 5000.0)
    assert body["charts"]["held"]
    assert body["strategies"][1]["charts"]["prices"]["BTC/USDT"]
    assert (await answered(store, both, "u2"))[0] is End.CACHED


async def test_what_cannot_be_asked_of_several_fails_with_its_sentence(
    store: Store, both: dict[str, Any]
) -> None:
    both["spec"]["acceptance"] = ["deflatedSharpe > 0.5"]
    assert (await answered(store, both, "u1"))[0] is End.FAILED
    (row,) = await store.queue.status("here")
    assert row.error is not None
    assert "both: acceptance: 'deflatedSharpe > 0.5' is about many trials" in row.error
