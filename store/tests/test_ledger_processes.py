"""Ledgers under real processes: racing writers never both commit, a killed one leaves no half."""

import subprocess
import sys
from pathlib import Path

from tradewinds_store.chain import verify_ledger
from tradewinds_store.open import open_store

WRITER = Path(__file__).with_name("ledger_writer.py")
SECONDS = 60.0  # a deadline, not a wait


def start(url: str, count: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, WRITER, url, str(count)], stdout=subprocess.PIPE, text=True
    )


async def test_racing_processes_never_commit_the_same_number(url: str) -> None:
    async with open_store(url) as store:
        ledger = store.ledger("account-1")
        await ledger.take("gateway")
        writers = [start(url, 20) for _ in range(3)]
        outputs = [writer.communicate(timeout=SECONDS)[0] for writer in writers]
        assert [writer.returncode for writer in writers] == [0] * 3
        numbers = sorted(int(line) for output in outputs for line in output.splitlines())
        assert numbers == list(range(3, 181, 3))
        assert (await verify_ledger(ledger))[0] == 180


async def test_killed_writer_leaves_whole_appends_and_a_sound_chain(url: str) -> None:
    async with open_store(url) as store:
        ledger = store.ledger("account-1")
        await ledger.take("gateway")
        writer = start(url, 100_000)
        assert writer.stdout is not None
        acknowledged = [int(writer.stdout.readline()) for _ in range(25)]
        writer.kill()
        rest, _ = writer.communicate(timeout=SECONDS)
        acknowledged += map(int, rest.splitlines())
        head = await ledger.take("next gateway")  # whatever the dead one had under way is settled
        assert head.number >= max(acknowledged)
        assert head.number % 3 == 0
        assert (await verify_ledger(ledger)) == (head.number, head.hash)
