"""Who may order: epochs, superseded pods, generations, and what a first session records."""

from typing import Any

import pytest
from scenes import ETH, HOUR, START, UID, Scene, granted, holding, intent, spec, trading, verdicts

from tradewinds.gateway.core.commands import Refusal
from tradewinds.gateway.core.policy import Mode


def refusal(answer: object) -> str:
    assert isinstance(answer, Refusal)
    return answer.code


def test_first_session_gets_epoch_1_and_its_start_is_filled_through() -> None:
    scene = Scene()
    answer = granted(scene.open())
    assert (answer.epoch, answer.anchor, answer.start) == (1, START - 10 * HOUR, START)
    assert scene.of().filled_through == START
    assert scene.of().decided_through is None


def test_each_session_gets_the_next_epoch_and_older_ones_are_fenced() -> None:
    scene = trading()
    assert granted(scene.open(pod="pod-2")).epoch == 2
    assert refusal(scene.post(intent(), epoch=1)) == "Fenced"
    assert verdicts(scene.post(intent(), epoch=2)) == ["Accepted"]


def test_superseded_pod_never_gets_a_session_again() -> None:
    scene = Scene()
    scene.open(pod="pod-1")
    scene.open(pod="pod-2")
    assert refusal(scene.open(pod="pod-1")) == "Superseded"
    assert granted(scene.open(pod="pod-2")).epoch == 3


def test_epoch_that_was_never_granted_is_fenced() -> None:
    assert refusal(trading().post(intent(), epoch=7)) == "Fenced"


def test_anchor_and_start_of_a_code_are_those_of_its_first_session() -> None:
    scene = Scene()
    scene.open()
    again = granted(scene.open(anchor=5, start=6))
    assert (again.anchor, again.start) == (START - 10 * HOUR, START)
    other = granted(scene.open(code="code-2", anchor=5, start=START + HOUR))
    assert (other.anchor, other.start) == (5, START + HOUR)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"complete": False, "known": False}, "ViewIncomplete"),
        ({"known": False}, "Superseded"),
        ({"deleted": True}, "Superseded"),
        ({"mode": Mode.LIVE}, "Unsupported"),
        ({"unsupported": ("spec.schedule is not executed yet",)}, "Unsupported"),
    ],
)
def test_session_is_refused_by_what_the_view_says(changes: dict[str, Any], code: str) -> None:
    scene = Scene()
    scene.set(**changes)
    assert refusal(scene.open()) == code
    assert scene.ledger == []


def test_bot_ahead_of_the_view_is_asked_to_try_again() -> None:
    assert refusal(Scene().open(generation=2)) == "ViewIncomplete"


def test_pod_of_an_older_generation_goes_on_with_the_plan_it_has_traded() -> None:
    scene = trading()
    scene.set(generation=2)
    assert granted(scene.open(pod="pod-2", generation=1)).epoch == 2
    assert scene.of().record.generation == 1


def test_pod_of_an_older_generation_that_never_traded_is_superseded() -> None:
    scene = Scene()
    scene.set(generation=3)
    assert refusal(scene.open(generation=2)) == "Superseded"


def test_new_generation_keeps_the_position_by_its_symbol() -> None:
    scene = holding()
    cash = scene.of().book.cash
    scene.spec = spec(ETH, "BTC/USDT", capital="15000 USDT")
    scene.set(generation=2)
    scene.open(pod="pod-2")
    one = scene.of()
    assert one.plan.symbols == (ETH, "BTC/USDT")
    assert (scene.held(), scene.held(ETH)) == (100, 0)
    assert one.book.cash == pytest.approx(cash + 5000)


def test_capital_in_another_currency_is_refused_and_its_money_stays_what_it_was() -> None:
    scene = holding()
    scene.spec = spec("BTC/EUR", capital="10000 EUR")
    scene.set(generation=2, symbols=frozenset({"BTC/EUR"}))
    assert refusal(scene.open(pod="pod-2")) == "Unsupported"
    assert scene.of().plan.quote == "USDT"


def test_symbol_that_is_no_longer_listed_can_still_be_closed() -> None:
    scene = holding()
    scene.spec = spec(ETH)
    scene.set(generation=2, symbols=frozenset({ETH}))
    scene.open(pod="pod-2")
    assert scene.of().plan.symbols == (ETH, "BTC/USDT")
    assert verdicts(scene.post(intent(effect="exit"))) == ["Accepted"]
    scene.close(None, (1000.0, 1001.0, 999.0, 1000.0))
    assert scene.held() == 0


def test_same_plan_is_recorded_once() -> None:
    scene = Scene()
    scene.open()
    scene.open(pod="pod-2")
    assert [row.kind for row in scene.ledger].count("plan") == 1


def test_replay_of_sessions_gives_the_same_epochs_and_pods() -> None:
    scene = Scene()
    scene.open(pod="pod-1")
    scene.open(pod="pod-2")
    one = scene.replayed().strategies[UID]
    assert (one.epoch, one.pod, one.superseded) == (2, "pod-2", frozenset({"pod-1"}))
