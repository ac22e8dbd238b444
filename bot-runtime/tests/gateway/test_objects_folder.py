"""The local view: atomic renames, broken files, completeness and age."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest
from scenes import BTC, ETH, UID, spec
from worlds import resource

from tradewinds.gateway.core.policy import Mode, OnDelete, Wish
from tradewinds.gateway.directory import LocalDirectory
from tradewinds.gateway.view import OLDEST
from tradewinds.process.objects import parse_object

if TYPE_CHECKING:
    from pathlib import Path

    from tradewinds.gateway.view import View
    from tradewinds.process.objects import Object


class Folder:
    """An objects folder and a clock that the test moves."""

    def __init__(self, folder: Path, environment: str = "Paper") -> None:
        self.folder = folder
        self.time = 100.0
        body = {"exchange": "binance", "environment": environment}
        account = resource("ExchangeAccount", "paper", body)
        self.view = LocalDirectory(folder, parsed(account), now=lambda: self.time)

    def write(self, one: dict[str, Any]) -> Path:
        path: Path = self.folder / one["kind"].lower() / f"{one['metadata']['name']}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}")
        temporary.write_text(json.dumps(one))
        temporary.replace(path)
        return path

    def strategy(self, name: str = "trend", **changes: Any) -> Path:
        metadata = {"uid": UID, **changes.pop("metadata", {})}
        return self.write(resource("Strategy", name, spec(**changes), metadata=metadata))

    def look(self) -> View:
        self.view.refresh()
        return self.view.snapshot()


def parsed(one: dict[str, Any]) -> Object:
    return parse_object(one, subject="test")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_folder_that_is_not_there_yet_is_an_incomplete_view(tmp_path: Path) -> None:
    view = Folder(tmp_path / "absent").look()
    assert (view.complete, dict(view.strategies)) == (False, {})


def test_view_changes_with_a_file_and_not_without(folder: Folder) -> None:
    assert not folder.view.refresh()
    folder.strategy()
    assert folder.view.refresh()
    assert not folder.view.refresh()
    folder.strategy(state="Paused")
    assert folder.view.refresh()
    assert folder.view.snapshot().policy(UID).state is Wish.PAUSED


def test_view_is_complete_once_the_marker_is_there(folder: Folder) -> None:
    assert not folder.look().policy(UID).complete
    (folder.folder / "complete").touch()
    assert folder.look().policy(UID).complete


def test_removed_file_is_a_strategy_that_is_not_known(folder: Folder) -> None:
    path = folder.strategy()
    assert folder.look().policy(UID).known
    path.unlink()
    assert not folder.look().policy(UID).known


@pytest.mark.parametrize("text", ["{", "[]", '{"kind": "Strategy"}'])
def test_broken_file_is_named_once_and_the_last_good_object_stays(
    folder: Folder, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    path = folder.strategy()
    folder.look()
    path.write_text(text)
    with caplog.at_level(logging.ERROR):
        assert folder.look().policy(UID).known
        folder.look()
    assert [str(path) in record.getMessage() for record in caplog.records] == [True]
    folder.strategy(state="Stopped")
    assert folder.look().policy(UID).state is Wish.STOPPED


def test_spec_that_no_policy_can_be_read_from_is_named(
    folder: Folder, caplog: pytest.LogCaptureFixture
) -> None:
    folder.strategy(state="Sleeping")
    with caplog.at_level(logging.ERROR):
        assert not folder.look().policy(UID).known
    assert "Sleeping" in caplog.text


def test_half_written_temporary_file_is_not_read(folder: Folder) -> None:
    (folder.folder / "strategy").mkdir()
    (folder.folder / "strategy" / ".trend.json.123").write_text("{")
    (folder.folder / "strategy" / ".trend.json").write_text("{")
    assert dict(folder.look().strategies) == {}


def test_age_is_that_of_the_last_look(folder: Folder) -> None:
    folder.look()
    folder.time += 31
    assert folder.view.age() == 31


def test_old_view_is_fresh_again_after_the_next_look(folder: Folder) -> None:
    folder.look()
    folder.time += OLDEST + 1
    folder.look()
    assert folder.view.age() == 0


def test_strategies_of_other_accounts_are_not_seen(folder: Folder) -> None:
    folder.strategy(accountRef={"name": "other"})
    assert dict(folder.look().strategies) == {}


@pytest.mark.parametrize(
    ("environment", "stage", "mode"),
    [
        ("Paper", "Live", Mode.PAPER),
        ("Paper", "Shadow", Mode.SHADOW),
        ("Live", "Paper", Mode.PAPER),
        ("Live", "Live", Mode.LIVE),
        ("Testnet", "Live", Mode.LIVE),
    ],
)
def test_mode_is_the_weaker_of_stage_and_environment(
    tmp_path: Path, environment: str, stage: str, mode: Mode
) -> None:
    folder = Folder(tmp_path, environment)
    folder.strategy(stage=stage)
    assert folder.look().policy(UID).mode is mode


def test_policy_says_what_the_object_says(folder: Folder) -> None:
    metadata = {"generation": 4, "labels": {"desk": "a"}, "deletionTimestamp": "2024-01-01"}
    folder.strategy(metadata=metadata, onDelete="Flatten", symbols=[BTC, ETH])
    found = folder.look().policy(UID)
    assert (found.generation, found.labels, found.deleted) == (4, {"desk": "a"}, True)
    assert (found.on_delete, found.symbols) == (OnDelete.FLATTEN, frozenset({BTC, ETH}))


def test_field_that_nothing_executes_is_named_in_the_policy(folder: Folder) -> None:
    folder.strategy(risk={"maxDailyLoss": "2%"})
    assert any("spec.risk" in one for one in folder.look().policy(UID).unsupported)


def test_feed_is_the_first_by_name_that_has_exchange_symbols_and_timeframe(folder: Folder) -> None:
    folder.strategy()
    for name, exchange, symbols, timeframe in (
        ("a-kraken", "kraken", [BTC], "1h"),
        ("b-minutes", "binance", [BTC], "1m"),
        ("c-ether", "binance", [ETH], "1h"),
        ("e-second", "binance", [BTC, ETH], "1h"),
        ("d-first", "binance", [BTC], "1h"),
    ):
        replay = {"exchange": exchange, "from": "2024-01-01"}
        body = {"replay": replay, "symbols": symbols, "timeframes": [timeframe]}
        folder.write(resource("MarketFeed", name, body))
    view = folder.look()
    feed = view.feed(view.strategies[UID])
    assert feed is not None
    assert feed.name == "d-first"


def test_halt_is_read_with_its_release(folder: Folder) -> None:
    body = {"selector": {"accounts": ["paper"]}, "reason": "news"}
    folder.write(resource("TradingHalt", "desk", body))
    [halt] = folder.look().halts
    assert (halt.name, halt.reason, halt.release) == ("desk", "news", None)
    released = {**body, "release": {"by": "ada", "reason": "over"}}
    folder.write(resource("TradingHalt", "desk", released))
    assert folder.look().halts[0].release == ("ada", "over")


def test_costs_are_those_of_the_newest_account_object(folder: Folder) -> None:
    assert dict(folder.look().costs) == {}
    body = {"exchange": "binance", "environment": "Paper", "paper": {"costs": {"slippage": "1%"}}}
    folder.write(resource("ExchangeAccount", "paper", body))
    assert folder.look().costs == {"slippage": "1%"}


@pytest.mark.parametrize("bad", ["{", '{"selector": ["cross"]}', '{"release": "ann"}'])
def test_halt_that_was_never_readable_lets_the_view_grow_old(folder: Folder, bad: str) -> None:
    halt = folder.write(resource("TradingHalt", "desk", {"selector": {}, "reason": "a test"}))
    good = halt.read_text()
    halt.write_text(good.replace('{"selector": {}, "reason": "a test"}', bad))
    folder.look()
    assert folder.view.snapshot().halts == ()
    assert folder.view.age() > OLDEST
    halt.write_text(good)
    folder.look()
    assert folder.view.age() == 0
    halt.write_text("{ later")  # the last good one stays in force
    folder.time += 1
    folder.look()
    assert folder.view.age() == 0
