"""A ledger that was lost, or is an older one or another account's, is not traded on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from scenes import CALM, HOUR, START, intent
from worlds import ACCOUNT, World, bot, end, patiently, world

from tradewinds_store.chain import verify_ledger

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

BUY = intent().to_json()


@pytest_asyncio.fixture
async def around(tmp_path: Path) -> AsyncIterator[World]:
    """Return a world whose gateway has bought, with the head that was seen of its ledger."""
    async with world(tmp_path) as one:
        one.collector.candles = [CALM] * 10
        await trade(one, 1)
        copy_of(one).write_bytes(file_of(one).read_bytes())
        await trade(one, 2)
        yield one


async def trade(one: World, run: int) -> None:
    """Run a gateway and a bot of this run for two bars; keep the head as `up` does."""
    async with one.gateway() as process, bot(one) as player:
        await player.open(f"pod-{run}")
        for bar in (2 * run - 1, 2 * run):
            one.collector.close(START + bar * HOUR)
            await player.filled(START + bar * HOUR)
            await player.post(START + bar * HOUR, *([BUY] if bar == 1 else []))
        ledger = (await player.client.get("/v1/status"))["ledger"]
        one.head.write_text(json.dumps({"number": ledger["number"], "hash": ledger["hash"]}))
        assert await end(process) == 0


def file_of(one: World) -> Path:
    return Path(one.store) / "ledger" / f"{ACCOUNT}.db"


def copy_of(one: World) -> Path:
    return one.folder / "older.db"


def lose(one: World) -> None:
    file_of(one).unlink()


def empty(one: World) -> None:
    file_of(one).write_bytes(b"")


def go_back(one: World) -> None:
    file_of(one).write_bytes(copy_of(one).read_bytes())


def last_message(one: World) -> str:
    return str(json.loads(one.log.read_text().splitlines()[-1])["message"])


async def starts(one: World) -> None:
    """Start a gateway, wait for its answer, and check that its ledger is whole."""
    async with one.gateway() as process, bot(one) as player:
        await patiently(lambda: player.client.get("/v1/status"))
        assert await end(process) == 0
    async with one.opened() as store:
        await verify_ledger(store.ledger(ACCOUNT))


async def test_ledger_that_has_what_was_seen_and_more_starts(around: World) -> None:
    await starts(around)
    await starts(around)


@pytest.mark.parametrize("happens", [lose, empty, go_back])
async def test_lost_empty_or_older_ledger_is_refused_until_it_is_restored(
    around: World, happens: Callable[[World], None]
) -> None:
    newest = file_of(around).read_bytes()
    seen = json.loads(around.head.read_text())
    happens(around)
    for _ in range(2):  # nothing is written that would make the second start another one
        process = await around.start()
        assert await process.wait() == 1
        said = last_message(around)
        assert f"but event {seen['number']} with hash {seen['hash'][:12]} was seen" in said
        assert "restore the newest ledger" in said
        assert f"({around.head})" in said
    file_of(around).write_bytes(newest)
    await starts(around)


async def test_loss_is_accepted_by_removing_the_head_file(around: World) -> None:
    lose(around)
    around.head.unlink()
    await starts(around)
    assert [event.kind for event in await around.ledger()] == ["writer"]


async def test_ledger_with_another_event_of_that_number_is_refused(around: World) -> None:
    number = json.loads(around.head.read_text())["number"]
    around.head.write_text(json.dumps({"number": number, "hash": "f" * 64}))
    process = await around.start()
    assert await process.wait() == 1
    assert f"its event {number} has hash" in last_message(around)


async def test_ledger_of_another_account_is_refused_with_both_names(around: World) -> None:
    account = json.loads((around.folder / "account.json").read_text())
    account["metadata"]["uid"] = "uid-of-second"
    (around.folder / "account.json").write_text(json.dumps(account))
    file_of(around).rename(file_of(around).with_name("uid-of-second.db"))
    around.head.unlink()
    process = await around.start()
    assert await process.wait() == 1
    said = last_message(around)
    assert f"event 1 was written for the account with uid {ACCOUNT}" in said
    assert "expected uid-of-second" in said


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"number": "many", "hash": ""}'])
async def test_head_file_that_cannot_be_read_is_bad_input(around: World, text: str) -> None:
    around.head.write_text(text)
    process = await around.start()
    assert await process.wait() == 2
    assert "Remove the file to start without it" in last_message(around)
