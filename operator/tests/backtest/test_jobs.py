"""How many workers should exist, which are removed, and how a failing one is not made for ever."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from backtest_scenes import CLUSTER, row, world
from hypothesis import given
from hypothesis import strategies as some
from scenery import NOW, SETTINGS, applied, with_all

from tradewinds_operator.actions import Again, Apply, Delete
from tradewinds_operator.backtest.job import job
from tradewinds_operator.backtest.jobs import HISTORY, wanted_jobs
from tradewinds_operator.settings import Workers
from tradewinds_operator.world import World

THREE = replace(SETTINGS, workers=Workers(mode="jobs", most=3))


def tasks(**counts: int) -> dict[tuple[str, int], Any]:
    """Return rows, by state and size: `queued_Small=2`."""
    rows = {}
    for name, count in counts.items():
        state, size = name.split("_")
        for number in range(count):
            uid = f"{name}-{number}"
            rows[uid, 1] = row(state, uid=uid, size_class=size)
    return rows


def worker(number: int, end: str = "", ago: float = 0.0, size: str = "Small") -> Any:
    made = job(THREE, CLUSTER, size, number)
    metadata = {**made["metadata"], "uid": f"uid-{number}"}
    if not end:
        return {**made, "metadata": metadata}
    time = f"{NOW - timedelta(seconds=ago):%Y-%m-%dT%H:%M:%SZ}"
    conditions = [{"type": end, "status": "True", "lastTransitionTime": time}]
    return {**made, "metadata": metadata, "status": {"conditions": conditions}}


def names(one: World) -> list[str]:
    return [
        action.resource["metadata"]["name"]
        for action in wanted_jobs(one)
        if isinstance(action, Apply)
    ]


@pytest.mark.parametrize(
    ("open_tasks", "there", "made"),
    [
        ({}, [], []),
        ({"queued_Small": 1}, [], ["worker-small-1"]),
        ({"queued_Small": 1, "running_Small": 1}, [worker(4)], ["worker-small-5"]),
        ({"running_Small": 2}, [worker(4), worker(5)], []),
        ({"queued_Small": 9}, [], ["worker-small-1", "worker-small-2", "worker-small-3"]),
        ({"queued_Small": 9}, [worker(1), worker(2)], ["worker-small-3"]),
        ({"queued_Small": 1}, [worker(7, "Complete")], ["worker-small-8"]),
        ({"done_Small": 2, "failed_Small": 1}, [], []),
        ({"queued_Large": 1}, [worker(1), worker(2)], ["worker-large-1"]),
    ],
)
def test_as_many_jobs_as_open_tasks_of_a_size_up_to_the_limit(
    open_tasks: dict[str, int], there: list[Any], made: list[str]
) -> None:
    one = world(*there, settings=THREE, tasks=tasks(**open_tasks))
    assert names(one) == made


@pytest.mark.parametrize("mode", ["keda", "none"])
def test_nothing_is_started_where_somebody_else_starts_workers(mode: Any) -> None:
    settings = replace(SETTINGS, workers=Workers(mode=mode))
    assert wanted_jobs(world(settings=settings, tasks=tasks(queued_Small=1))) == []


def test_nothing_is_started_on_rows_of_yesterday() -> None:
    one = world(settings=THREE, tasks=tasks(queued_Small=1), queue_away="it is away.")
    assert wanted_jobs(one) == []


@pytest.mark.parametrize(
    ("failures", "ago", "seconds"),
    [(1, 3.0, 7.0), (2, 0.0, 20.0), (3, 39.0, 1.0), (9, 0.0, 240.0)],
)
def test_job_that_fails_is_made_again_later_and_later(
    failures: int, ago: float, seconds: float
) -> None:
    there = [worker(1, "Complete", ago=9999)]
    there += [worker(2 + one, "Failed", ago=ago + failures - one - 1) for one in range(failures)]
    one = world(*there, settings=THREE, tasks=tasks(queued_Small=1))
    if failures > HISTORY:
        assert Again(160.0) in wanted_jobs(world(*there[-5:], settings=THREE, tasks=one.tasks))
    assert wanted_jobs(one)[-1] == Again(seconds)
    assert names(one) == []
    assert names(replace(one, now=NOW + timedelta(seconds=seconds)))


def test_success_ends_the_pause_and_other_sizes_never_had_one() -> None:
    there = [worker(1, "Failed", ago=2), worker(2, "Complete", ago=1)]
    assert names(world(*there, settings=THREE, tasks=tasks(queued_Small=1)))
    one = world(worker(1, "Failed"), settings=THREE, tasks=tasks(queued_Small=1, queued_Large=1))
    assert names(one) == ["worker-large-1"]


def test_only_the_last_ended_jobs_are_kept() -> None:
    there = [worker(number, "Complete", ago=100 - number) for number in range(1, HISTORY + 3)]
    actions = wanted_jobs(world(*there, settings=THREE))
    assert [one.ref.name for one in actions if isinstance(one, Delete)] == [
        *("worker-small-1", "worker-small-2")
    ]


def test_jobs_of_others_with_our_labels_count_and_are_not_named_after() -> None:
    other = worker(1)
    other["metadata"]["name"] = "scaled-x7k2p"
    one = world(other, settings=THREE, tasks=tasks(queued_Small=2))
    assert names(one) == ["worker-small-1"]


@given(
    queued=some.integers(0, 6),
    running=some.integers(0, 6),
    active=some.integers(0, 6),
    ended=some.integers(0, 9),
)
def test_second_turn_starts_nothing_more(
    queued: int, running: int, active: int, ended: int
) -> None:
    there = [worker(number, "Complete", ago=50 - number) for number in range(1, ended + 1)]
    there += [worker(20 + number) for number in range(active)]
    one = world(*there, settings=THREE, tasks=tasks(queued_Small=queued, running_Small=running))
    after, _ = applied(one, wanted_jobs(one))
    assert wanted_jobs(after) == []
    jobs = [one for one in after.of("Job", THREE.namespace) if "status" not in one]
    assert len(jobs) == max(active, min(3, queued + running))
    assert with_all(after, []) == after
