"""What gateways and collectors answer, over real HTTP."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tradewinds_operator.cache import Cache
from tradewinds_operator.processes import MISSES, Processes
from tradewinds_operator.world import Ref

ACCOUNT, FEED = Ref("ExchangeAccount", "paper", "main"), Ref("MarketFeed", "paper", "replay")
STRATEGY = Ref("Strategy", "paper", "btc")
THEIRS = Ref("Strategy", "paper", "eth")  # of another account
ELSEWHERE = Ref("Strategy", "live", "btc")


def row(**facts: Any) -> dict[str, Any]:
    still = {"uid": "s1", "name": "btc", "generation": 1, "tradedGeneration": 1, "flat": True}
    return {**still, "haltedBy": [], "positions": [], "equity": "10000.00", **facts}


def status(*rows: dict[str, Any], **facts: Any) -> dict[str, Any]:
    words = {"account": "main", "uid": "a1", "viewComplete": True, "halts": [], "clock": 1}
    return {**words, "strategies": list(rows), **facts}


@dataclass
class Town:
    """An account and a feed, what their processes answer, and who was woken by it."""

    session: aiohttp.ClientSession
    processes: Processes
    woken: list[Ref]
    answers: dict[str, Any] = field(default_factory=dict)

    async def ask(self, **answers: Any) -> set[Ref]:
        """Answer so from now on; a missing answer is a gateway that is away."""
        self.answers.clear()
        self.answers |= answers
        self.woken.clear()
        await self.processes.ask(self.session)
        return set(self.woken)


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    cache, woken = Cache(), list[Ref]()
    here = ((ACCOUNT, "a1"), (FEED, "f1"), (STRATEGY, "s1"), (THEIRS, "s2"), (ELSEWHERE, "s3"))
    for ref, uid in here:
        metadata = {"namespace": ref.namespace, "name": ref.name, "uid": uid}
        account = "others" if ref == THEIRS else "main"
        spec = {"accountRef": {"name": account}} if ref.kind == "Strategy" else {}
        cache.put(
            {"kind": ref.kind, "metadata": {**metadata, "resourceVersion": "1"}, "spec": spec}
        )
    answers: dict[str, Any] = {}

    async def answer(request: web.Request) -> web.Response:
        body = answers.get(request.match_info["kind"])
        return web.Response(status=503) if body is None else web.json_response(body)

    application = web.Application()
    application.router.add_get("/{kind}", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    processes = Processes(cache, woken.append, lambda ref: f"http://127.0.0.1:{port}/{ref.kind}")
    async with aiohttp.ClientSession() as session:
        yield Town(session, processes, woken, answers)
    await runner.cleanup()


async def test_first_answer_wakes_account_and_strategies(town: Town) -> None:
    assert await town.ask(ExchangeAccount=status(row())) == {ACCOUNT, STRATEGY}
    assert town.processes.strategies["s1"]["equity"] == "10000.00"
    assert town.processes.accounts["a1"]["clock"] == 1


async def test_what_moves_all_the_time_wakes_nobody_and_is_kept(town: Town) -> None:
    await town.ask(ExchangeAccount=status(row()))
    assert await town.ask(ExchangeAccount=status(row(equity="9.00"), clock=2)) == set()
    assert town.processes.strategies["s1"]["equity"] == "9.00"


@pytest.mark.parametrize(
    "fact",
    [
        {"flat": False},
        {"haltedBy": ["stop"]},
        {"tradedGeneration": 2},
        {"done": True},
        {"heldBack": {"halted": 1}},
        {"positions": [{"symbol": "BTC/USDT"}]},
        {"adoption": {"waits": "its entry in BTC/USDT is being cancelled"}},
    ],
)
async def test_fact_of_a_strategy_wakes_it(town: Town, fact: dict[str, Any]) -> None:
    await town.ask(ExchangeAccount=status(row()))
    assert STRATEGY in await town.ask(ExchangeAccount=status(row(**fact)))
    assert await town.ask(ExchangeAccount=status(row(**fact))) == set()


async def test_more_of_the_same_that_is_held_back_wakes_nobody(town: Town) -> None:
    await town.ask(ExchangeAccount=status(row(heldBack={"halted": 1})))
    assert await town.ask(ExchangeAccount=status(row(heldBack={"halted": 2}))) == set()


async def test_halt_that_a_gateway_obeys_is_woken(town: Town) -> None:
    await town.ask(ExchangeAccount=status(row()))
    halts = [{"name": "stop", "uid": "h1", "strategies": ["btc"]}]
    halt = Ref("TradingHalt", "", "stop")
    assert await town.ask(ExchangeAccount=status(row(), halts=halts)) == {ACCOUNT, halt}
    assert halt in await town.ask(ExchangeAccount=status(row()))


async def test_silent_gateway_counts_until_its_third_miss(town: Town) -> None:
    await town.ask(ExchangeAccount=status(row()))
    for _ in range(MISSES - 1):
        assert await town.ask() == set()
        assert "s1" in town.processes.strategies
    assert await town.ask() == {ACCOUNT, STRATEGY}
    assert town.processes.strategies == {}
    assert town.processes.accounts == {}


async def test_answer_of_an_earlier_namesakes_gateway_counts_as_silence(town: Town) -> None:
    assert await town.ask(ExchangeAccount=status(row(), uid="older")) == set()
    assert town.processes.accounts == {}


@pytest.mark.parametrize(
    "claim",
    [
        {"uid": "s2", "name": "eth"},
        {"uid": "s3", "name": "btc"},
        {"uid": "s2", "name": "btc"},
        {"uid": "s9", "name": "gone"},
    ],
)
async def test_gateway_does_not_speak_for_strategies_of_others(
    town: Town, claim: dict[str, Any]
) -> None:
    done = row(**claim, deleted=True, done=True)
    assert await town.ask(ExchangeAccount=status(done)) == {ACCOUNT}
    assert town.processes.strategies == {}


@pytest.mark.parametrize(
    "answer",
    [
        [],
        {"uid": "a1", "strategies": [{}]},
        {"uid": "a1", "strategies": [{"uid": "s1"}]},
        {"uid": "a1", "strategies": [row(positions=[1])]},
        {"uid": "a1", "strategies": 1},
        {"uid": "a1", "halts": [{"name": "stop"}]},
    ],
)
async def test_answer_that_cannot_be_read_is_none_and_keeps_nobody_else(
    town: Town, answer: Any
) -> None:
    feed = {"finished": True}
    assert await town.ask(ExchangeAccount=answer, MarketFeed=feed) == {FEED}
    assert town.processes.accounts == {}
    assert await town.ask(ExchangeAccount=status(row())) == {ACCOUNT, STRATEGY}


async def test_answer_without_end_is_given_up(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tradewinds_operator.answers.LARGEST", 1_000)
    assert await town.ask(ExchangeAccount=status(row(filler="x" * 1_000))) == set()
    assert town.processes.accounts == {}


async def test_feed_is_woken_when_it_has_finished(town: Town) -> None:
    moving = {"finished": False, "now": 1, "symbols": ["BTC/USDT"]}
    assert await town.ask(MarketFeed=moving) == {FEED}
    assert await town.ask(MarketFeed={**moving, "now": 2}) == set()
    assert await town.ask(MarketFeed={**moving, "finished": True}) == {FEED}
    assert town.processes.feeds["f1"]["finished"] is True
