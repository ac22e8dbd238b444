"""What people do while the operator is let down: four stories, each with what stands before it.

`given` is done undisturbed; `when` is what the fault falls into. Both are told in manifests and in
what is waited for; the end is compared with that of the same story without a fault.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from backtest_scenes import RESULT
from fault_people import People, until

from tradewinds_crds.names import COMPLETE, FLAT, READY, Kind
from tradewinds_operator.conditions import find
from tradewinds_store.ports import Store
from tradewinds_store.records import TaskStatus

Spec = Mapping[str, Any]

ACCOUNT: Final[Spec] = {"exchange": "binance", "environment": "Paper"}
FEED: Final[Spec] = {
    "symbols": ["BTC/USDT"],
    "timeframes": ["1h"],
    "replay": {"exchange": "binance", "from": "2024-01-01", "to": "2024-02-01"},
}
STRATEGY: Final[Spec] = {
    "accountRef": {"name": "paper"},
    "symbols": ["BTC/USDT"],
    "timeframe": "1h",
    "capital": "10000 USDT",
    "sizing": {"equity": "25%"},
    "rules": {"long": {"entry": "close > sma(close, 20)", "exit": "close < sma(close, 20)"}},
}
BACKTEST: Final[Spec] = {
    "strategyRef": {"name": "trend"},
    "period": {"from": "2024-02-01", "to": "2024-06-01"},
    "sizeClass": "Small",
}


@dataclass(frozen=True, slots=True)
class Cast:
    """Whom a story is about; `runs` tells whether the cluster makes pods."""

    people: People
    store: Store
    halt: str
    runs: bool

    async def rows(self) -> Sequence[TaskStatus]:
        """Return what the queue holds."""
        home = await self.people.call("GET", f"/api/v1/namespaces/{self.people.namespace}")
        return await self.store.queue.status(home["metadata"]["uid"])

    async def made(self, *strategies: str) -> None:
        """Wait until each has its bot, and as far as this cluster goes, runs."""
        wanted = "Running" if self.runs else "Starting"
        for name in strategies:
            await self.says(Kind.STRATEGY, name, wanted)
            await self.says(Kind.STRATEGY, name, "PositionOpen", FLAT)
        await self.says(Kind.EXCHANGE_ACCOUNT, "paper", "Serving" if self.runs else "Starting")
        await self.says(Kind.MARKET_FEED, "replay", "Serving" if self.runs else "Starting")

    async def says(self, kind: Kind, name: str, reason: str, of: str = READY) -> None:
        """Wait for a reason that is about the newest spec."""

        async def look() -> bool:
            one = await self.people.get(kind, name) or {}
            said = find(one.get("status", {}), of) or {}
            newest = said.get("observedGeneration") == one.get("metadata", {}).get("generation")
            return newest and said.get("reason") == reason

        await until(look, f"{kind} {name} says {reason}")

    async def gone(self, kind: Kind, name: str) -> None:
        async def look() -> bool:
            return await self.people.get(kind, name) is None

        await until(look, f"{kind} {name} is gone")

    async def bot_of(self, name: str, generation: int) -> None:
        """Wait until a Strategy's StatefulSet holds this generation."""

        async def look() -> bool:
            bot = await self.people.get("StatefulSet", f"bot-{name}") or {"spec": {}}
            template = bot["spec"].get("template", {"metadata": {"annotations": {}}})
            said = template["metadata"]["annotations"].get("tradewinds.dev/generation")
            return bool(said == str(generation))

        await until(look, f"bot-{name} holds generation {generation}")


@dataclass(frozen=True, slots=True)
class Scenario:
    """See the module."""

    name: str
    given: Callable[[Cast], Awaitable[None]] | None
    when: Callable[[Cast], Awaitable[None]]

    def __str__(self) -> str:
        return self.name


async def _create(cast: Cast) -> None:
    people = cast.people
    await people.apply(Kind.EXCHANGE_ACCOUNT, "paper", ACCOUNT)
    await people.apply(Kind.MARKET_FEED, "replay", FEED)
    await people.apply(Kind.STRATEGY, "trend", {**STRATEGY, "onDelete": "Flatten"})
    await people.apply(Kind.STRATEGY, "other", STRATEGY)
    halt = {"selector": {"namespaces": [people.namespace]}, "reason": "look before you leap"}
    await people.apply(Kind.TRADING_HALT, cast.halt, halt)
    await cast.says(Kind.TRADING_HALT, cast.halt, "Obeyed")


async def _two_bots(cast: Cast) -> None:
    people = cast.people
    await people.apply(Kind.EXCHANGE_ACCOUNT, "paper", ACCOUNT)
    await people.apply(Kind.MARKET_FEED, "replay", FEED)
    await people.apply(Kind.STRATEGY, "trend", {**STRATEGY, "updatePolicy": "Immediate"})
    await people.apply(Kind.STRATEGY, "other", STRATEGY)
    await cast.made("trend", "other")


async def _edit(cast: Cast) -> None:
    people = cast.people
    edited = {**STRATEGY, "updatePolicy": "Immediate", "capital": "20000 USDT"}
    await people.apply(Kind.STRATEGY, "trend", edited)
    await people.apply(Kind.STRATEGY, "other", {**STRATEGY, "state": "Stopped"})
    await cast.says(Kind.STRATEGY, "other", "Stopped")
    await cast.bot_of("trend", 2)
    await people.apply(Kind.STRATEGY, "other", {**STRATEGY, "state": "Running"})
    await cast.made("trend", "other")


async def _one_bot(cast: Cast) -> None:
    people = cast.people
    await people.apply(Kind.EXCHANGE_ACCOUNT, "paper", ACCOUNT)
    await people.apply(Kind.MARKET_FEED, "replay", FEED)
    await people.apply(Kind.STRATEGY, "trend", {**STRATEGY, "onDelete": "Flatten"})
    await cast.made("trend")


async def _leave(cast: Cast) -> None:
    people = cast.people
    await people.delete(Kind.STRATEGY, "trend")
    await people.delete(Kind.EXCHANGE_ACCOUNT, "paper")
    await cast.gone(Kind.STRATEGY, "trend")
    await cast.gone(Kind.EXCHANGE_ACCOUNT, "paper")


async def _ask(cast: Cast) -> None:
    people = cast.people
    await people.apply(Kind.BACKTEST, "year", BACKTEST)
    await cast.says(Kind.BACKTEST, "year", "Queued")
    longer = {"from": "2024-02-01", "to": "2024-11-01"}
    await people.apply(Kind.BACKTEST, "year", {**BACKTEST, "period": longer})
    await cast.says(Kind.BACKTEST, "year", "Queued")
    await _answer(cast)
    await cast.says(Kind.BACKTEST, "year", "Finished", COMPLETE)
    await people.delete(Kind.BACKTEST, "year")
    await cast.gone(Kind.BACKTEST, "year")

    async def forgotten() -> bool:
        return not await cast.rows()

    await until(forgotten, "the queue has no row left")


async def _answer(cast: Cast) -> None:
    """Do a worker's work: take the one task there is, which is the newest generation's."""
    claim = await cast.store.queue.claim("worker", 60.0)
    assert claim is not None
    assert claim.task.generation == 2
    assert await cast.store.queue.claim("another", 60.0) is None
    await cast.store.results.put(claim.task.question, dict(RESULT))
    assert await cast.store.queue.finish(claim, result=claim.task.question, error=None)


CREATION: Final = Scenario("creation", None, _create)
EDITS: Final = Scenario("edits", _two_bots, _edit)
DEPARTURE: Final = Scenario("departure", _one_bot, _leave)
BACKTESTS: Final = Scenario("backtest", _one_bot, _ask)
SCENARIOS: Final = (CREATION, EDITS, DEPARTURE, BACKTESTS)
