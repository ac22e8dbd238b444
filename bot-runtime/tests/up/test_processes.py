import asyncio
from collections.abc import Callable
from pathlib import Path

from tradewinds.up.processes import Supervisor, Wanted


def wanted(*arguments: str, digest: str = "1") -> dict[str, Wanted]:
    return {"child": Wanted("child", arguments, digest)}


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - another process decides when
            await asyncio.sleep(0.02)


async def test_process_that_ends_is_started_again(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path)
    await supervisor.ensure(wanted("--version"))
    child = supervisor.children["child"]
    await until(lambda: child.starts >= 2)
    assert child.failure is None
    await supervisor.stop()


async def test_process_with_bad_input_waits_and_tells_its_last_line(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path)
    await supervisor.ensure(wanted("nosuchverb"))
    child = supervisor.children["child"]
    await until(lambda: child.failure)
    assert child.failure is not None
    assert child.failure.startswith("exit code 2: ")
    assert "nosuchverb" in child.failure
    assert child.starts == 1
    await supervisor.stop()


async def test_changed_digest_replaces_the_process(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path)
    await supervisor.ensure(wanted("nosuchverb"))
    first = supervisor.children["child"]
    await supervisor.ensure(wanted("nosuchverb"))
    assert supervisor.children["child"] is first
    await supervisor.ensure(wanted("nosuchverb", digest="2"))
    assert supervisor.children["child"] is not first
    await supervisor.stop()
    assert supervisor.children == {}
