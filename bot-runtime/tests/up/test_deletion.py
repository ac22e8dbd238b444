from datetime import UTC, datetime, timedelta

from tradewinds.up.deletion import DEADLINE, leave
from tradewinds.up.objects import Key, Object

NOW = datetime(2024, 5, 1, tzinfo=UTC)
TREND = Key("Strategy", "trend")
PAPER = Key("ExchangeAccount", "paper")


def strategy(on_delete: str, **metadata: object) -> Object:
    return {
        "kind": "Strategy",
        "metadata": {"name": "trend", "uid": "u1", **metadata},
        "spec": {"accountRef": {"name": "paper"}, "onDelete": on_delete},
    }


def test_retained_strategy_is_removed_at_once() -> None:
    result = leave([TREND], {TREND: strategy("Retain")}, {}, NOW)
    assert result.remove == [TREND]
    assert result.mark == []


def test_flattened_strategy_is_marked_first() -> None:
    result = leave([TREND], {TREND: strategy("Flatten")}, {}, NOW)
    assert result.remove == []
    assert result.mark[0]["metadata"]["deletionTimestamp"] == NOW.isoformat()


def test_marked_strategy_stays_until_its_gateway_is_done() -> None:
    objects = {TREND: strategy("Flatten", deletionTimestamp=NOW.isoformat())}
    assert leave([TREND], objects, {"u1": {"done": False}}, NOW).remove == []
    assert leave([TREND], objects, {"u1": {"done": True}}, NOW).remove == [TREND]


def test_deadline_ends_the_wait_and_says_so() -> None:
    objects = {TREND: strategy("Flatten", deletionTimestamp=NOW.isoformat())}
    late = leave([TREND], objects, {}, NOW + DEADLINE + timedelta(seconds=1))
    assert late.remove == [TREND]
    assert "onDelete Flatten was not done" in late.problems[0]


def test_account_in_use_is_kept_and_its_users_are_named() -> None:
    objects = {TREND: strategy("Retain"), PAPER: {"kind": "ExchangeAccount", "metadata": {}}}
    result = leave([PAPER], objects, {}, NOW)
    assert result.remove == []
    assert result.problems == [
        "exchangeaccount/paper is kept: trend still use it. Remove those first."
    ]
