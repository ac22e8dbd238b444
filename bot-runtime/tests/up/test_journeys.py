"""Paper trading by real processes over real bars, disturbed on the way.

`--until-finished` ends with exit code 1 if a bot's order hash differs from its backtest's, so each
journey that ends well has shown that the disturbance changed nothing.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from stage import CROSS, PAIR, RIDER, SetUp, Stage, import_bars, tradewinds, until, write_folder

from tradewinds_store.records import Event

START = int(datetime(2024, 3, 1, tzinfo=UTC).timestamp() * 1000)
HALF_WAY = int(datetime(2024, 3, 7, tzinfo=UTC).timestamp() * 1000)
EVENTFUL = "--until-finished"


def half_way(status: dict[str, Any]) -> bool:
    return (status["decidedThrough"] or 0) >= HALF_WAY


def entries(events: list[Event]) -> list[Event]:
    return [one for one in events if one.kind == "order" and one.body["effect"] == "enter"]


async def test_bots_order_what_their_backtests_order(set_up: SetUp) -> None:
    stage = await set_up(EVENTFUL, cross=CROSS, pair=PAIR)
    rows = await stage.finish()
    assert {name: row["parity"] for name, row in rows.items()} == {
        "cross": "= backtest",
        "pair": "= backtest",
    }
    assert int(rows["cross"]["trades"]) > 10
    assert int(rows["pair"]["trades"]) > 10


@pytest.mark.parametrize("verb", ["trade", "gateway", "collect"])
async def test_process_killed_half_way_changes_no_order(set_up: SetUp, verb: str) -> None:
    stage = await set_up(EVENTFUL, cross=CROSS, pair=PAIR)
    await stage.until_status("cross", half_way)
    stage.kill_child(verb)
    rows = await stage.finish()
    assert {row["parity"] for row in rows.values()} == {"= backtest"}
    orders = [event.body["clientId"] for event in await stage.ledger() if event.kind == "order"]
    assert len(orders) > 20
    assert len(orders) == len(set(orders))


async def test_gateway_and_collector_killed_at_once_change_no_order(set_up: SetUp) -> None:
    stage = await set_up(EVENTFUL, cross=CROSS, pair=PAIR)
    await stage.until_status("cross", half_way)
    stage.kill_child("gateway")
    stage.kill_child("collect")
    rows = await stage.finish()
    assert {row["parity"] for row in rows.values()} == {"= backtest"}


async def test_moving_bracket_goes_on_where_it_was_when_everything_is_killed(
    set_up: SetUp,
) -> None:
    stage = await set_up(rider=RIDER)
    await stage.until_status("rider", half_way)
    await stage.kill()
    await stage.start(EVENTFUL)
    rows = await stage.finish()
    assert rows["rider"]["parity"] == "= backtest"
    events = await stage.ledger()
    kinds = {event.body["kind"] for event in events if event.kind == "fill"}
    assert {"takeProfit", "trailingStop", "timeStop"} <= kinds
    assert any(event.body.get("add") for event in events if event.kind == "order")


async def test_everything_killed_half_way_goes_on_where_it_was(set_up: SetUp) -> None:
    stage = await set_up(cross=CROSS, pair=PAIR)
    await stage.until_status("cross", half_way)
    await stage.kill()
    before = (await stage.ledger())[-1].time
    await stage.start(EVENTFUL)
    rows = await stage.finish()
    assert {row["parity"] for row in rows.values()} == {"= backtest"}
    told = [line["time"] for line in stage.said if "text" in line]
    assert told
    assert min(told) >= before  # what happened before the start is history
    sessions = [event for event in await stage.ledger() if event.kind == "session"]
    assert len(sessions) == 4  # two bots, twice


async def test_lost_ledger_is_refused_until_it_is_put_back(set_up: SetUp) -> None:
    stage = await set_up(cross=CROSS)
    await stage.until_status("cross", half_way)
    account = json.loads(stage.state.spec("ExchangeAccount", "paper").read_text())
    uid = account["metadata"]["uid"]
    await until(stage.state.head(uid).exists)
    await stage.stop()
    file = Path(stage.store) / "ledger" / f"{uid}.db"
    kept = file.rename(stage.folder / "kept.db")
    await stage.start()
    log = stage.state.logs / "gateway-paper.log"
    await until(lambda: "restore the newest ledger" in log.read_text())
    assert str(stage.state.head(uid)) in log.read_text()
    await stage.stop()
    kept.replace(file)
    await stage.start(EVENTFUL)
    rows = await stage.finish()
    assert rows["cross"]["parity"] == "= backtest"


async def test_halt_outlives_restarts_and_its_file_until_it_is_released(set_up: SetUp) -> None:
    stage = await set_up(cross=CROSS, speed="100000x")
    await stage.until_status("cross", lambda one: one["positions"])
    (stage.folder / "halt-desk.yaml").write_text(
        "apiVersion: tradewinds.dev/v1alpha1\n"
        "kind: TradingHalt\n"
        "metadata: {name: desk}\n"
        "spec: {selector: {}, reason: a test}\n"
    )
    halted = await stage.until_status("cross", lambda one: one["haltedBy"] == ["desk"])
    flat = await stage.until_status("cross", lambda one: not one["positions"])
    assert flat["trades"] > halted["trades"] or not halted["positions"]
    await stage.kill()
    (stage.folder / "halt-desk.yaml").unlink()

    await stage.start(EVENTFUL)
    rows = await stage.finish()
    assert rows["cross"]["reason"] == "Halted: desk"
    events = await stage.ledger()
    (halt,) = (event for event in events if event.kind == "halt")
    assert [one for one in entries(events) if one.number > halt.number] == []
    denied = [one.body["code"] for one in events if one.kind == "denied"]
    assert set(denied) == {"Halted"}


async def test_released_halt_lets_bots_open_again(set_up: SetUp) -> None:
    stage = await set_up(cross=CROSS, speed="50000x")
    await stage.until_status("cross", lambda one: one["trades"] >= 1)
    manifest = (
        "apiVersion: tradewinds.dev/v1alpha1\n"
        "kind: TradingHalt\n"
        "metadata: {name: desk}\n"
        "spec:\n"
        "  selector: {strategies: [cross]}\n"
        "  reason: a test\n"
    )
    path = stage.folder / "halt-desk.yaml"
    path.write_text(manifest)
    await stage.until_status("cross", lambda one: one["haltedBy"] and one["heldBack"])
    path.write_text(manifest + "  release: {by: ann, reason: calm again}\n")
    status = await stage.until_status("cross", lambda one: not one["haltedBy"])
    await stage.until_status("cross", lambda one: one["trades"] > status["trades"] + 1)
    await stage.stop()
    events = await stage.ledger()
    (release,) = (event for event in events if event.kind == "release")
    assert [one for one in entries(events) if one.number > release.number]

    await stage.start(EVENTFUL)
    rows = await stage.finish()
    assert rows["cross"]["parity"] == "halted once"  # no backtest was ever halted


async def test_edit_new_file_and_removed_file_take_effect(set_up: SetUp) -> None:
    stage = await set_up(cross=CROSS, speed="100000x")
    await stage.until_status("cross", lambda one: one["trades"] >= 1)
    path = stage.folder / "cross.yaml"
    path.write_text(CROSS.replace("ema(close, 8)", "ema(close, 9)"))
    edited = await stage.until_status("cross", lambda one: one["epoch"] == 2)
    assert edited["generation"] == 2
    (stage.folder / "pair.yaml").write_text(PAIR.replace("spec:\n", "spec:\n  onDelete: Flatten\n"))
    await stage.until_status("pair", lambda one: one["positions"])
    (stage.folder / "pair.yaml").unlink()
    await until(lambda: not stage.state.spec("Strategy", "pair").exists())
    gone = await stage.until_status("pair", lambda one: one["done"])
    assert gone["flat"]
    await stage.stop()


async def test_namesake_of_a_removed_file_takes_its_position_over(set_up: SetUp) -> None:
    stage = await set_up(cross=CROSS, speed="50000x")
    old = await stage.until_status("cross", lambda one: one["positions"])
    path = stage.folder / "cross.yaml"
    path.unlink()
    await stage.until_status("cross", lambda one: one["deleted"])
    path.write_text(CROSS.replace("spec:\n", "spec:\n  adopt: true\n"))
    new = await stage.until_status("cross", lambda one: one["adoption"]["taken"])
    assert new["uid"] != old["uid"]
    (taken,) = new["adoption"]["taken"]
    assert taken["predecessor"] == old["uid"]
    assert taken["quantity"] == old["positions"][0]["quantity"]
    shown = tradewinds("status", "--dir", str(stage.folder))
    assert f"cross: took over +{taken['quantity']} BTC, entered at" in shown
    await stage.until_status("cross", lambda one: one["trades"] > 1)
    stage.kill_child("trade")
    await stage.until_status("cross", lambda one: one["epoch"] == 2 and one["trades"] > 2)
    await stage.stop()
    fills = [(e.strategy, e.body["effect"]) for e in await stage.ledger() if e.kind == "fill"]
    assert fills.index((new["uid"], "exit")) < fills.index((new["uid"], "enter"))


async def test_broken_edit_changes_nothing_and_is_told(set_up: SetUp) -> None:
    stage = await set_up(cross=CROSS, speed="100000x")
    before = await stage.until_status("cross", lambda one: one["decidedThrough"])
    (stage.folder / "cross.yaml").write_text(CROSS.replace("ema(close, 8)", "emma(close, 8)"))
    later = before["decidedThrough"] + 24 * 3_600_000
    after = await stage.until_status("cross", lambda one: one["decidedThrough"] >= later)
    assert (after["generation"], after["epoch"]) == (1, 1)
    await stage.stop()


async def test_bot_comes_back_while_an_edit_waits_after_one_of_its_state(set_up: SetUp) -> None:
    stage = await set_up(cross=CROSS, speed="50000x")
    await stage.until_status("cross", lambda one: one["decidedThrough"])
    path = stage.folder / "cross.yaml"
    manual = CROSS.replace("spec:\n", "spec:\n  updatePolicy: Manual\n")
    path.write_text(manual)
    await stage.until_status("cross", lambda one: one["generation"] == 2)
    path.write_text(manual.replace("ema(close, 8)", "ema(close, 9)"))
    status = await stage.until_status("cross", lambda one: one["generation"] == 3)
    stage.kill_child("trade")
    back = await stage.until_status("cross", lambda one: one["epoch"] > status["epoch"])
    assert back["tradedGeneration"] == 1
    await stage.stop()


async def test_fault_while_files_are_applied_ends_no_bot(set_up: SetUp) -> None:
    stage = await set_up(cross=CROSS, speed="100000x")
    before = await stage.until_status("cross", lambda one: one["decidedThrough"])
    in_the_way = stage.state.spec("Strategy", "pair")
    in_the_way.mkdir()
    (stage.folder / "pair.yaml").write_text(PAIR)
    later = before["decidedThrough"] + 48 * 3_600_000
    await stage.until_status("cross", lambda one: one["decidedThrough"] >= later)
    in_the_way.rmdir()
    await stage.until_status("pair", lambda one: one["decidedThrough"])
    await stage.stop()


async def test_bots_trade_alike_on_timescale(postgres_dsn: str, tmp_path: Path) -> None:
    tradewinds("migrate", "--store", postgres_dsn)
    import_bars(postgres_dsn)
    stage = Stage(write_folder(tmp_path / "bots", cross=CROSS, pair=PAIR), postgres_dsn)
    await stage.start(EVENTFUL)
    await stage.until_status("cross", half_way)
    password = urlsplit(postgres_dsn).password
    assert password
    assert [line for line in stage.command_lines() if password in line] == []
    stage.kill_child("gateway")
    rows = await stage.finish()
    assert {row["parity"] for row in rows.values()} == {"= backtest"}
    assert [event.kind for event in await stage.ledger()].count("writer") == 2


async def test_strategy_that_cannot_trade_ends_the_run_with_1_and_the_reason(
    set_up: SetUp,
) -> None:
    limited = CROSS.replace("spec:\n", "spec:\n  risk: {maxDailyLoss: 2%}\n", 1)
    stage = await set_up(EVENTFUL, cross=limited, pair=PAIR)
    rows = await stage.finish(code=1)
    assert rows["cross"]["reason"] == "Unsupported"
    assert rows["pair"]["parity"] == "= backtest"
