"""What a person at the desk types while bots run, and what it says when none does."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from stage import Stage


async def desk(*words: str, code: int = 0) -> tuple[str, str]:
    """Run a command as a person would; return what it printed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tradewinds", *words),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    output, errors = await process.communicate()
    assert process.returncode == code, (words, process.returncode, output, errors)
    return output.decode(), errors.decode()


async def answer(*words: str) -> dict[str, Any]:
    output, _ = await desk(*words, "--json")
    found: dict[str, Any] = json.loads(output)["gateways"]["paper"]
    return found


async def test_status_positions_and_orders_show_what_runs(running: Stage) -> None:
    folder = ("--dir", str(running.folder))
    await running.until_status("cross", lambda one: one["trades"] >= 2)
    (row,) = (await answer("status", *folder))["strategies"]
    assert (row["name"], row["mode"]) == ("cross", "Paper")
    listed = (await answer("orders", *folder))["orders"]
    assert any(one["outcome"].startswith("filled") for one in listed)
    await running.until_status("cross", lambda one: one["positions"])
    output, _ = await desk("status", *folder)
    assert output.splitlines()[0].split()[:3] == ["STRATEGY", "MODE", "POSITION"]
    output, _ = await desk("orders", *folder)
    assert "filled" in output
    assert "BTC/USDT" in output


async def test_halt_lists_who_obeys_and_resume_ends_it(running: Stage) -> None:
    folder = ("--dir", str(running.folder))
    await running.until_status("cross", lambda one: one["trades"] >= 1)
    output, _ = await desk("halt", "desk", *folder, "--reason", "news")
    assert output.splitlines()[1].split() == ["paper", "halted"]
    assert f"next: tradewinds resume desk --dir {running.folder}" in output
    output, _ = await desk("status", *folder)
    assert "Halted: desk" in output
    assert "halted by desk (news)" in output
    (running.folder / "halt-desk.yaml").unlink()
    output, _ = await desk("resume", "desk", *folder)
    assert output.splitlines()[1].split() == ["paper", "resumed"]
    await running.until_status("cross", lambda one: not one["haltedBy"])
    output, _ = await desk("halt", "desk", *folder)
    assert "halting as 'desk-2'" in output
    status = await running.until_status("cross", lambda one: one["haltedBy"])
    assert status["haltedBy"] == ["desk-2"]


async def test_silent_gateway_ends_the_desk_with_one(running: Stage) -> None:
    folder = ("--dir", str(running.folder))
    await running.until_status("cross", lambda one: one["decidedThrough"])
    await running.stop()
    _, errors = await desk("status", *folder, code=1)
    assert "gateway/paper did not answer" in errors
    assert f"tradewinds up {running.folder}" in errors
    output, _ = await desk("halt", "night", *folder, code=1)
    assert output.splitlines()[1].split() == ["paper", "silent"]
    assert (running.folder / "halt-night.yaml").exists()
    await running.start()
    status = await running.until_status("cross", lambda one: one["haltedBy"])
    assert status["haltedBy"] == ["night"]


async def test_folder_where_nothing_ever_ran_is_input(tmp_path: Path) -> None:
    for verb in (("status",), ("orders",), ("halt", "desk"), ("resume", "desk")):
        _, errors = await desk(*verb, "--dir", str(tmp_path), code=2)
        assert "nothing was ever run here" in errors
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - ruff takes Path.iterdir for slow I/O here


async def test_halt_of_an_unknown_account_names_those_there_are(running: Stage) -> None:
    folder = ("--dir", str(running.folder))
    await running.until_status("cross", lambda one: one["decidedThrough"])
    _, errors = await desk("halt", "desk", *folder, "--account", "papre", code=2)
    assert "--account was 'papre', expected one of paper" in errors


async def test_halt_of_an_unknown_strategy_stops_nobody_and_says_so(running: Stage) -> None:
    folder = ("--dir", str(running.folder))
    await running.until_status("cross", lambda one: one["decidedThrough"])
    _, errors = await desk("halt", "desk", *folder, "--strategy", "corss", code=2)
    assert "--strategy was 'corss', expected one of cross" in errors
    assert not (running.folder / "halt-desk.yaml").exists()


async def test_resume_of_an_unknown_halt_names_those_that_hold(running: Stage) -> None:
    folder = ("--dir", str(running.folder))
    await running.until_status("cross", lambda one: one["decidedThrough"])
    await desk("halt", "desk", *folder)
    _, errors = await desk("resume", "dsek", *folder, code=2)
    assert "No halt 'dsek' is active here (active: desk). Nothing was changed." in errors
    assert not (running.folder / "halt-dsek.yaml").exists()
