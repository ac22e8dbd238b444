"""Who leads, with terms of a few seconds on a real Lease."""

import asyncio
import signal
import time
from typing import Any

import pytest
from core_stage import SYSTEM, Operator, Stage, until

from tradewinds_operator.cluster import Cluster
from tradewinds_operator.errors import LeadershipLostError, UnreachableError
from tradewinds_operator.leader import LEASE, Leader, Terms

TERMS = Terms(lasts=3.0, deadline=2.0, renew=0.5, retry=0.1)


def leads(operator: Operator) -> bool:
    return operator.metric("tradewinds_operator_leads") == 1.0


def test_second_replica_stands_by_and_takes_over_from_a_killed_one(stage: Stage) -> None:
    with stage.operator() as first:
        until(lambda: leads(first), "the first leads")
        with stage.operator() as second:
            until(lambda: second.read("/readyz") == "ok\n", "the second stands by")
            assert not leads(second)
            first.process.kill()
            until(lambda: leads(second), "the second leads", seconds=10)
            stage.apply(stage.feed())
            until(stage.is_made, "the second acts")


def test_replica_that_is_ended_hands_over_at_once(stage: Stage) -> None:
    with stage.operator() as first:
        until(lambda: leads(first), "the first leads")
        with stage.operator() as second:
            until(lambda: second.read("/readyz") == "ok\n", "the second stands by")
            first.process.send_signal(signal.SIGTERM)
            began = time.monotonic()
            assert first.process.wait(10) == 0
            until(lambda: leads(second), "the second leads")
            assert time.monotonic() - began < 2.5  # before the Lease would have ended


def test_replica_that_slept_through_its_lease_ends_at_once(stage: Stage) -> None:
    with stage.operator() as first:
        until(lambda: leads(first), "the first leads")
        with stage.operator() as second:
            first.process.send_signal(signal.SIGSTOP)
            until(lambda: leads(second), "the second leads")
            first.process.send_signal(signal.SIGCONT)
            assert first.process.wait(5) == 1
            assert "This process ends" in first.log.read_text()


async def test_only_one_of_many_candidates_leads(cluster: Cluster) -> None:
    candidates = [Leader(cluster, SYSTEM, f"candidate-{n}", TERMS) for n in range(5)]
    waiting = [asyncio.create_task(one.acquire()) for one in candidates]
    done, others = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    assert len(done) == 1
    assert sum(one.leads for one in candidates) == 1
    for one in others:
        one.cancel()
    await asyncio.wait(others)


async def test_leader_that_is_replaced_is_told_and_may_not_write(cluster: Cluster) -> None:
    first = Leader(cluster, SYSTEM, "first", TERMS)
    await first.acquire()
    lease = await cluster.read_lease(SYSTEM, LEASE)
    assert lease is not None
    await cluster.write_lease({**lease, "spec": {**lease["spec"], "holderIdentity": "second"}})
    with pytest.raises(LeadershipLostError, match="was taken by second"):
        await asyncio.wait_for(first.hold(), 30)


async def test_leader_whose_lease_is_deleted_makes_it_again(stage: Stage, cluster: Cluster) -> None:
    leader = Leader(cluster, SYSTEM, "first", TERMS)
    await leader.acquire()
    holding = asyncio.create_task(leader.hold())
    stage.server.kubectl("delete", "lease", LEASE, "-n", SYSTEM)
    async with asyncio.timeout(10):
        while await cluster.read_lease(SYSTEM, LEASE) is None:  # noqa: ASYNC110 - polls a server
            await asyncio.sleep(0.1)
    assert leader.leads
    holding.cancel()
    await asyncio.wait({holding})


async def test_deleted_lease_is_its_holders_first(stage: Stage, cluster: Cluster) -> None:
    first, second = (Leader(cluster, SYSTEM, name, TERMS) for name in ("first", "second"))
    await first.acquire()
    tasks = [asyncio.create_task(first.hold()), asyncio.create_task(second.acquire())]
    async with asyncio.timeout(10):
        while not second.stands_by:  # noqa: ASYNC110 - polls another task
            await asyncio.sleep(0.01)
        stage.server.kubectl("delete", "lease", LEASE, "-n", SYSTEM)
        while (lease := await cluster.read_lease(SYSTEM, LEASE)) is None:  # noqa: ASYNC110 - same
            await asyncio.sleep(0.01)
    assert lease["spec"]["holderIdentity"] == "first"
    assert (first.leads, second.leads) == (True, False)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


async def test_leader_whose_calls_hang_gives_up_before_others_take_over(cluster: Cluster) -> None:
    class Hanging:
        def __init__(self) -> None:
            self.hangs = False

        async def read_lease(self, namespace: str, name: str) -> Any:
            return await cluster.read_lease(namespace, name)

        async def write_lease(self, lease: Any) -> Any:
            if self.hangs:
                await asyncio.Event().wait()
            return await cluster.write_lease(lease)

    hanging = Hanging()
    leader = Leader(hanging, SYSTEM, "hanging", TERMS)
    await leader.acquire()
    hanging.hangs, began = True, time.monotonic()
    with pytest.raises(LeadershipLostError, match="was not renewed by hanging for 2 s"):
        await asyncio.wait_for(leader.hold(), 30)
    assert time.monotonic() - began < TERMS.lasts
    with pytest.raises(LeadershipLostError):
        leader.check()


async def test_candidate_waits_while_the_api_server_is_away(cluster: Cluster) -> None:
    class Away:
        def __init__(self) -> None:
            self.asked = 0

        async def read_lease(self, namespace: str, name: str) -> Any:
            self.asked += 1
            if self.asked < 3:
                raise UnreachableError("gone for a moment")
            return await cluster.read_lease(namespace, name)

        async def write_lease(self, lease: Any) -> Any:
            return await cluster.write_lease(lease)

    leader = Leader(Away(), SYSTEM, "patient", TERMS)
    await asyncio.wait_for(leader.acquire(), 10)
    assert leader.leads
