"""What a Backtest asks of the queue, and what its status says for every row that can be there."""

from dataclasses import replace
from typing import Any

import pytest
import scenery
from backtest_scenes import (
    CLUSTER,
    KEY,
    ORDERS,
    RESULT,
    asked_hash,
    backtest,
    done,
    message,
    row,
    said,
    status_after,
    turned,
    whole,
    with_row,
    world,
    year,
)
from hypothesis import given
from hypothesis import strategies as some
from scenery import NAMESPACE, NOW, with_all

from tradewinds_crds.names import Kind
from tradewinds_operator.actions import Again, Cancel, Enqueue, SetStatus
from tradewinds_operator.backtest.reconcile import reconcile
from tradewinds_operator.events import events
from tradewinds_operator.world import World, uid_of
from tradewinds_store.records import TaskStatus

UID = uid_of(backtest())
OLDER = backtest(metadata={"generation": 2})


def test_new_backtest_is_enqueued_once_with_its_whole_question_and_size() -> None:
    before = whole(backtest(sizeClass="Large"))
    after, effective = turned(before)
    enqueue, status = effective
    assert isinstance(enqueue, Enqueue)
    assert isinstance(status, SetStatus)
    task = enqueue.task
    assert (task.cluster, task.uid, task.generation) == (CLUSTER, UID, 1)
    assert (task.name, task.size_class) == ("year", "Large")
    assert task.spec["strategy"]["metadata"] == {"name": "trend"}
    assert task.spec["account"]["spec"]["exchange"] == "binance"
    assert said(status.status)["Complete"] == ("False", "Queued")
    assert status.status["progress"] == "0%"
    assert not [one for one in turned(after)[1] if isinstance(one, Enqueue)]


def test_new_generation_is_a_new_task() -> None:
    before = with_row(whole(OLDER), done())
    enqueue = reconcile(before, OLDER)[0]
    assert isinstance(enqueue, Enqueue)
    assert enqueue.task.generation == 2


@pytest.mark.parametrize(
    ("there", "reason", "part"),
    [
        ((scenery.account(),), "StrategyMissing", "no Strategy 'trend' in namespace desk. Add it"),
        (
            (scenery.strategy("trend"),),
            "AccountMissing",
            "no ExchangeAccount 'paper' in namespace desk. Add it",
        ),
    ],
)
def test_what_is_missing_stalls_it_with_the_remedy_and_is_looked_for_again(
    there: tuple[Any, ...], reason: str, part: str
) -> None:
    one = world(backtest(), *there)
    status, again = reconcile(one, year(one))
    assert isinstance(status, SetStatus)
    assert said(status.status)["Complete"] == ("False", reason)
    assert said(status.status)["Stalled"] == ("True", reason)
    assert part in message(status.status)
    assert isinstance(again, Again)


def test_backtest_of_a_cluster_that_was_put_back_is_asked_though_the_queue_is_ahead() -> None:
    actions = reconcile(with_row(whole(), row("done", generation=5)), backtest())
    assert [type(one) for one in actions] == [Cancel, Enqueue, SetStatus]
    actions = reconcile(with_row(whole(OLDER), row()), OLDER)  # as after each edit
    assert [type(one) for one in actions] == [Enqueue, SetStatus]


def test_edit_that_cannot_be_asked_withdraws_the_older_question() -> None:
    before = with_row(world(OLDER), row("running"))
    assert reconcile(before, OLDER)[0] == Cancel(UID)


def test_field_that_nothing_executes_is_named() -> None:
    trend = scenery.strategy("trend")
    limited = {**trend, "spec": {**trend["spec"], "risk": {"maxDailyLoss": "2%"}}}
    status = status_after(whole(limited))
    assert said(status)["Stalled"] == ("True", "Unsupported")
    assert "spec.risk is not executed yet" in message(status)


def test_deleted_backtest_is_withdrawn_even_while_others_hold_it() -> None:
    going = backtest(metadata={"deletionTimestamp": "2026-01-01T12:00:00Z"})
    assert reconcile(with_row(whole(going), row("running")), going) == [Cancel(UID)]


@pytest.mark.parametrize(
    ("task", "progress", "reason", "part"),
    [
        (row(), "0%", "Queued", "it waits for a worker of size Standard"),
        (row(attempts=2), "0%", "Queued", "2 of 3 were lost without a word"),
        (row("running", started=1_767_268_800_000), "0%", "Running", "a worker answers it"),
        (row("running", progress=0.3999), "30%", "Running", ""),
        (row("running", progress=0.999), "90%", "Running", ""),
    ],
)
def test_open_task_is_reconciling_and_progress_moves_in_tenths(
    task: TaskStatus, progress: str, reason: str, part: str
) -> None:
    status = status_after(with_row(whole(), task))
    assert status["progress"] == progress
    assert said(status) == {
        "Ready": ("False", reason),
        "Stalled": ("False", "NothingInTheWay"),
        "Reconciling": ("True", reason),
        "Complete": ("False", reason),
        "Failed": ("False", reason),
    }
    assert part in message(status)
    if task.started:
        assert status["startedAt"] == "2026-01-01T12:00:00Z"


def test_run_is_at_most_twelve_writes() -> None:
    one, writes = whole(), 0
    rows: list[TaskStatus | None] = [None, row()]
    rows += [row("running", progress=step / 1000, started=1) for step in range(1001)]
    rows.append(done(started=1))
    for task in rows:
        one = one if task is None else with_row(one, replace(task, question=asked_hash(one)))
        one = replace(one, results={KEY: RESULT})
        one, effective = turned(one)
        writes += sum(isinstance(action, SetStatus) for action in effective)
    assert writes <= 12
    assert year(one)["status"]["progress"] == "100%"


def test_finished_run_shows_its_figures_and_where_they_come_from() -> None:
    status = status_after(replace(with_row(whole(), done()), results={KEY: RESULT}))
    assert status["results"] == {
        "totalReturn": "+38.1%",
        "sharpe": "1.22",
        "maxDrawdown": "11.4%",
        "trades": 214,
        "orderHash": ORDERS,
    }
    assert (status["run"], status["progress"]) == (KEY, "100%")
    assert status["startedAt"] == "2026-01-01T12:00:00Z"
    assert status["finishedAt"] == "2026-01-01T12:00:30Z"
    assert said(status) == {
        "Ready": ("True", "Finished"),
        "Stalled": ("False", "NothingInTheWay"),
        "Reconciling": ("False", "Settled"),
        "Complete": ("True", "Finished"),
        "Failed": ("False", "Finished"),
    }


def test_unmet_acceptance_is_complete_and_named_and_no_failure() -> None:
    verdicts = [
        {"demand": "maxDrawdown < 20%", "value": 0.1136, "met": True},
        {"demand": "trades >= 1000", "value": 214, "met": False},
    ]
    result = {**RESULT, "acceptance": verdicts}
    status = status_after(replace(with_row(whole(), done()), results={KEY: result}))
    assert said(status)["Complete"] == ("True", "TooFewTrades")
    assert said(status)["Accepted"] == ("False", "TooFewTrades")
    assert said(status)["Failed"] == ("False", "Finished")
    assert said(status)["Ready"] == ("True", "TooFewTrades")
    assert message(status, "Accepted") == "trades >= 1000: it was 214"
    assert message(status, "Ready").startswith("not accepted, trades >= 1000: it was 214. ")
    (note,) = events(backtest(), status, NOW, "test")
    assert (note["type"], note["reason"]) == ("Warning", "TooFewTrades")
    assert note["note"].startswith("not accepted, trades >= 1000: it was 214")


def test_failure_has_the_workers_words_and_says_how_to_ask_again() -> None:
    text = "No binance BTC/USDT 1h bars.\n  Get it: tradewinds data import FILE"
    failed = row("failed", error=text, reason="DataMissing", progress=0.2, attempts=1)
    status = status_after(with_row(whole(), failed))
    assert status["progress"] == "20%"
    assert said(status)["Complete"] == ("False", "DataMissing")
    assert said(status)["Failed"] == ("True", "DataMissing")
    assert said(status)["Stalled"] == ("True", "DataMissing")
    assert message(status, "Failed").startswith(text)
    assert message(status, "Failed").endswith("delete it and apply it anew")


def test_result_that_is_not_loaded_yet_changes_nothing_and_a_lost_one_is_said() -> None:
    one = with_row(whole(), done())
    assert reconcile(one, year(one)) == []
    status = status_after(replace(one, results={KEY: {}}))
    assert said(status)["Failed"] == ("True", "ResultMissing")


def finished() -> World:
    one = whole()
    one = replace(with_row(one, done(question=asked_hash(one))), results={KEY: RESULT})
    return turned(one)[0]


def edited_strategy() -> Any:
    one = scenery.strategy("trend")
    return {**one, "spec": {**one["spec"], "capital": "20000 USDT"}}


def test_edited_strategy_is_said_of_a_finished_run_and_asks_nothing() -> None:
    one = replace(finished(), results={})  # a told answer needs its result no more
    after, effective = turned(with_all(one, [edited_strategy()]))
    (write,) = effective
    assert isinstance(write, SetStatus)
    assert said(write.status)["Complete"] == ("True", "Finished")
    assert "what it was asked about has changed since" in message(write.status)
    assert write.status["results"] == year(one)["status"]["results"]
    back, effective = turned(with_all(after, [scenery.strategy("trend")]))
    assert len(effective) == 1
    assert year(back)["status"] == year(one)["status"]


def test_strategy_that_is_gone_takes_nothing_from_an_answer() -> None:
    one = finished()
    gone = replace(one, resources={Kind.BACKTEST: one.resources[Kind.BACKTEST]})
    assert turned(gone)[1] == []


def test_answer_that_was_told_needs_no_row() -> None:
    one = replace(finished(), tasks={})
    assert reconcile(one, year(one)) == []
    away = replace(one, queue_away="PostgreSQL db: it cannot be reached.")
    assert reconcile(away, year(away)) == []


def test_store_that_is_away_is_said_and_nothing_is_enqueued() -> None:
    status = status_after(whole(queue_away="PostgreSQL db/tradewinds: it cannot be reached."))
    assert said(status)["Complete"] == ("False", "StoreAway")
    assert said(status)["Reconciling"] == ("True", "StoreAway")
    assert "it cannot be reached" in message(status)


def test_store_that_is_away_changes_nothing_of_a_task_that_was_seen() -> None:
    running, _ = turned(with_row(whole(), row("running", progress=0.5)))
    assert turned(replace(running, queue_away="PostgreSQL db: it is away."))[1] == []


states = some.one_of(
    some.none(),
    some.builds(row, some.sampled_from(["queued"]), attempts=some.integers(0, 3)),
    some.builds(row, some.sampled_from(["running"]), progress=some.floats(0, 1)),
    some.builds(
        row, some.sampled_from(["failed"]), error=some.text(max_size=3000), reason=some.just("X")
    ),
    some.builds(done, question=some.sampled_from(["", "other"])),
)


@given(
    task=states,
    result=some.sampled_from([None, {}, RESULT]),
    away=some.sampled_from(["", "it is away."]),
    missing=some.sampled_from(["", "Strategy", "ExchangeAccount"]),
)
def test_second_turn_over_the_same_world_changes_nothing(
    task: TaskStatus | None, result: Any, away: str, missing: str
) -> None:
    one = whole(queue_away=away)
    shelves = {kind: shelf for kind, shelf in one.resources.items() if kind != missing}
    one = replace(one, resources=shelves, results={} if result is None else {KEY: result})
    one = one if task is None else with_row(one, task)
    after, _ = turned(one)
    again, effective = turned(after)
    assert effective == []
    assert again == after
    assert NAMESPACE in again.resources[Kind.BACKTEST]
