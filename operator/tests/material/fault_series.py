"""Many runs beside each other: most of a run is waiting, for a pause or a gateway's answer."""

import asyncio
import itertools
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from fault_play import Outcome, Theatre, play
from fault_scenarios import Scenario
from fault_town import town

from tradewinds_e2e.faults.plan import Fault, Moment, Plan

AT_ONCE = 12


Case = tuple[Scenario, Plan]


@dataclass(slots=True)
class Series:
    """What became of the runs of a story: how many faults fell, and what each failure says."""

    fell: int = 0
    failures: list[str] = field(default_factory=list)


def undisturbed(theatre: Theatre, scenarios: Sequence[Scenario]) -> dict[str, Outcome]:
    """Play each story without a fault."""

    async def all_of_them() -> list[Outcome]:
        async with _in_town(theatre) as place:
            return await asyncio.gather(*(play(place, one) for one in scenarios))

    found = asyncio.run(all_of_them())
    return {one.name: outcome for one, outcome in zip(scenarios, found, strict=True)}


def disturbed(
    theatre: Theatre, endings: Mapping[str, Outcome], cases: Iterable[Case]
) -> dict[str, Series]:
    """Play each case, and return what became of them by story."""
    return asyncio.run(_disturbed(theatre, endings, iter(cases)))


def every_write(scenario: Scenario, like: Outcome, fault: Fault, moment: Moment) -> Iterator[Case]:
    """Yield this fault for each write of a story."""
    for write in range(1, len(like.writes) + 1):
        yield scenario, Plan(write, moment, fault)


def in_turn(scenario: Scenario, like: Outcome, first: int) -> Iterator[Case]:
    """Yield one fault for each write of a story; kinds and moments take turns."""
    turns = list(itertools.product(Fault, Moment))
    for write in range(1, len(like.writes) + 1):
        fault, moment = turns[(first + write) % len(turns)]
        yield scenario, Plan(write, moment, fault)


async def _disturbed(
    theatre: Theatre, endings: Mapping[str, Outcome], cases: Iterator[Case]
) -> dict[str, Series]:
    found: dict[str, Series] = defaultdict(Series)

    async def work(place: Theatre) -> None:
        for scenario, plan in cases:
            series = found[scenario.name]
            try:
                outcome = await play(place, scenario, plan, endings[scenario.name])
            except AssertionError as error:
                series.failures.append(f"{scenario}, {plan}: {error}")
            else:
                series.fell += outcome.fired

    async with _in_town(theatre) as place, asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(work(place))
    return found


@asynccontextmanager
async def _in_town(theatre: Theatre) -> AsyncIterator[Theatre]:
    async with town() as place:
        yield replace(theatre, town=place)
