"""Many runs beside each other: most of a run is waiting, for a pause or a gateway's answer."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from fault_play import Outcome, Theatre, play
from fault_scenarios import Scenario
from fault_town import town

from tradewinds_e2e.faults.plan import Fault, Moment, Plan

AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Series:
    """What became of a series of runs: how many faults fell, and what each failure says."""

    fell: int
    failures: tuple[str, ...]


def undisturbed(theatre: Theatre, scenarios: Sequence[Scenario]) -> dict[str, Outcome]:
    """Play each story without a fault."""

    async def all_of_them() -> list[Outcome]:
        async with _in_town(theatre) as place:
            return await asyncio.gather(*(play(place, one) for one in scenarios))

    found = asyncio.run(all_of_them())
    return {one.name: outcome for one, outcome in zip(scenarios, found, strict=True)}


def disturbed(theatre: Theatre, scenario: Scenario, like: Outcome, plans: Iterator[Plan]) -> Series:
    """Play a story with each of these faults."""
    return asyncio.run(_disturbed(theatre, scenario, like, plans))


def every_write(writes: int, fault: Fault, moment: Moment) -> Iterator[Plan]:
    """Yield this fault for each of so many writes."""
    return (Plan(write, moment, fault) for write in range(1, writes + 1))


def in_turn(writes: int, first: int) -> Iterator[Plan]:
    """Yield one fault for each of so many writes; kinds and moments take turns."""
    turns = list(itertools.product(Fault, Moment))
    for write in range(1, writes + 1):
        fault, moment = turns[(first + write) % len(turns)]
        yield Plan(write, moment, fault)


async def _disturbed(
    theatre: Theatre, scenario: Scenario, like: Outcome, plans: Iterator[Plan]
) -> Series:
    failures: list[str] = []
    fell = 0

    async def work(place: Theatre) -> None:
        nonlocal fell
        for plan in plans:
            try:
                outcome = await play(place, scenario, plan, like)
            except AssertionError as error:
                failures.append(f"{scenario}, {plan}: {error}")
            else:
                fell += outcome.fired

    async with _in_town(theatre) as place, asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(work(place))
    return Series(fell, tuple(failures))


@asynccontextmanager
async def _in_town(theatre: Theatre) -> AsyncIterator[Theatre]:
    async with town() as place:
        yield replace(theatre, town=place)
