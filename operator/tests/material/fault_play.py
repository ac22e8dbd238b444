"""One run: a namespace of its own, an operator behind a faulty proxy, a story, and how it ended.

An operator that was killed is started again, with its Lease ended as time would have ended it.
"""

import asyncio
import difflib
import itertools
import json
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from fault_ending import Ending, ending, neutral
from fault_operators import Nursery, Operator
from fault_people import PATIENCE, People, people, until
from fault_scenarios import Cast, Scenario
from fault_town import Town

from tradewinds_crds.names import BOT_ACCOUNT, GATEWAY_ACCOUNT, GROUP
from tradewinds_e2e.faults.plan import Fault, Plan
from tradewinds_e2e.faults.proxy import FaultyProxy
from tradewinds_e2e.servers.kubernetes import ApiServer
from tradewinds_store.open import open_store

BREATH = 0.8  # seconds without a write, after which it is worth to look
CALM = 5.0  # after which nothing comes: gateways were asked once more, and words have settled
_MAKES = ("POST", "PATCH")
_ALLOWANCE = 10  # writes of an operator that looks at everything again
_SHOWN = 2000  # characters of a traceback
_NUMBERS = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended, and what was written in it."""

    ending: Ending
    writes: tuple[str, ...]
    fired: bool
    ended: int  # operators that were not there any more before the run was over
    log: str

    def excesses(self, like: "Outcome") -> Iterator[str]:
        """Yield what was done that an undisturbed operator does not do."""
        strange = _made(self.writes) - _made(like.writes)
        if strange:
            yield f"made, and never by an undisturbed operator: {sorted(strange)}"
        if len(self.writes) > 2 * len(like.writes) + _ALLOWANCE:
            yield f"{len(self.writes)} writes, and {len(like.writes)} by an undisturbed operator"
        if "Traceback" in self.log:
            yield f"a bug is in the log: {self.log[self.log.index('Traceback') :][-_SHOWN:]}"

    def crashes(self, plan: Plan | None) -> Iterator[str]:
        """Yield that an operator ended which nobody killed, or that a killed one did not."""
        killed = self.fired and plan is not None and plan.fault in (Fault.KILL, Fault.STALE)
        if self.ended != killed:
            yield f"{self.ended} operators ended, and {int(killed)} were killed"


def _made(writes: Iterable[str]) -> set[str]:
    """Return the children among what was written."""
    paths = (path for method, _, path in (one.partition(" ") for one in writes) if method in _MAKES)
    return {path for path in paths if GROUP not in path and "/events/" not in path}


@dataclass(frozen=True, slots=True)
class Theatre:
    """What all runs share; `runs`: controllers and nodes of kwok are there, too."""

    server: ApiServer
    nursery: Nursery
    town: Town
    folder: Path
    runs: bool


@dataclass
class Run:
    """One operator after the other, each started as soon as the one before was killed."""

    theatre: Theatre
    crowd: People
    words: dict[str, str] = field(default_factory=dict)
    operator: Operator | None = None
    starts: int = 0

    def kill(self) -> None:
        if self.operator is not None:
            self.operator.kill()

    @asynccontextmanager
    async def operating(self) -> AsyncIterator[None]:
        """Keep an operator running until the block ends."""
        keeping = asyncio.create_task(self._keep())
        try:
            yield
        finally:
            keeping.cancel()
            self.kill()
            with suppress(asyncio.CancelledError):
                await keeping

    async def _keep(self) -> None:
        leases = f"/apis/coordination.k8s.io/v1/namespaces/{self.crowd.namespace}/leases"
        while True:
            if self.operator is None or not self.operator.runs:
                await self.crowd.call("DELETE", leases)
                self.operator = self.theatre.nursery.start(self.words)
                self.starts += 1
            await asyncio.sleep(0.05)


async def play(
    theatre: Theatre, scenario: Scenario, plan: Plan | None = None, like: Outcome | None = None
) -> Outcome:
    """Play a story with a fault until it stands `like` one without; AssertionError otherwise."""
    name = f"f{next(_NUMBERS):05d}f"
    halt = f"stop-{name}"
    server, town = theatre.server, theatre.town
    async with AsyncExitStack() as stack:
        crowd = await stack.enter_async_context(people(server, name))
        if theatre.runs:
            await _furnish(crowd)
        run = Run(theatre, crowd)
        upstream, only = f"https://127.0.0.1:{server.port}", {"tradinghalts": halt}
        proxy = await stack.enter_async_context(FaultyProxy(upstream, server.tls, run.kill, only))
        run.words = _words(theatre, name, proxy)
        store = await stack.enter_async_context(open_store(run.words["store"]))
        stack.enter_context(town.home(crowd, halt))
        await stack.enter_async_context(run.operating())
        cast = Cast(crowd, store, halt, theatre.runs)
        if scenario.given is not None:
            await scenario.given(cast)
            await _calm(proxy, BREATH)
        proxy.arm(plan)
        await scenario.when(cast)
        if like is None:
            await _calm(proxy, CALM)
        found = await _settled(cast, proxy, like)
    outcome = _outcome(run, proxy, found)
    wrong = [
        *found.violations(collected=theatre.runs),
        *outcome.excesses(like or outcome),
        *outcome.crashes(plan),
    ]
    assert not wrong, "; ".join(wrong)
    return outcome


def _outcome(run: Run, proxy: FaultyProxy, found: Ending) -> Outcome:
    writes = (f"{one.method} {neutral(one.path, run.crowd.namespace)}" for one in proxy.writes)
    log = Path(run.words["log"]).read_text()
    return Outcome(found, tuple(writes), proxy.fired, run.starts - 1, log)


async def _settled(cast: Cast, proxy: FaultyProxy, like: Outcome | None) -> Ending:
    """Look until it stands as it should, and nobody writes any more."""
    deadline = time.monotonic() + PATIENCE
    while True:
        await _calm(proxy, BREATH)
        found = await ending(cast.people, cast.halt, await cast.rows())
        if like is None or found.lines() == like.ending.lines():
            return found
        if time.monotonic() > deadline:
            wanted, lines = like.ending.lines(), found.lines()
            shown = "\n".join(difflib.unified_diff(wanted, lines, "undisturbed", "with it", n=0))
            raise AssertionError(f"the end is another one:\n{shown}")
        await asyncio.sleep(0.3)


async def _calm(proxy: FaultyProxy, seconds: float) -> None:
    async def idles() -> bool:
        return proxy.idle >= seconds

    await until(idles, f"nobody writes for {seconds:g} s")


def _words(theatre: Theatre, name: str, proxy: FaultyProxy) -> dict[str, str]:
    folder = theatre.folder / name
    folder.mkdir()
    settings = {"image": "none", "namespace": name, "namespaces": [name]}
    pace = {"concurrency": 1, "apiRate": 1000}  # one write after the other, in one order
    (folder / "settings.json").write_text(json.dumps({**settings, **pace}))
    return {
        "settings": str(folder / "settings.json"),
        "kubeconfig": str(proxy.kubeconfig(folder / "kubeconfig")),
        "store": str(folder / "store"),
        "town": theatre.town.url,
        "log": str(folder / "operator.log"),
    }


async def _furnish(crowd: People) -> None:
    """Make what pods need: the chart's ServiceAccounts, and a volume for the gateway."""
    home = crowd.namespace
    for account in (BOT_ACCOUNT, GATEWAY_ACCOUNT):
        body = {"metadata": {"name": account}}
        await crowd.call("POST", f"/api/v1/namespaces/{home}/serviceaccounts", body)
    claim = {"namespace": home, "name": "data-gateway-paper-0"}
    spec = {
        "capacity": {"storage": "1Gi"},
        "accessModes": ["ReadWriteOnce"],
        "hostPath": {"path": "/nowhere"},
        "claimRef": claim,
    }
    volume = {"metadata": {"name": home}, "spec": spec}
    await crowd.call("POST", "/api/v1/persistentvolumes", volume)
