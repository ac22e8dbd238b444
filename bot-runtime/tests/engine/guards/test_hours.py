"""The schedule by hand: at which closes an entry may be made. 2024-03-01 was a Friday."""

from __future__ import annotations

from typing import Any

import pytest
from given import HOUR, bars, plan

from tradewinds.engine.backtest import run
from tradewinds.engine.fold import Fold
from tradewinds.engine.guards.hours import is_open
from tradewinds.engine.guards.settings import guards_from
from tradewinds.engine.sources import decider_from
from tradewinds_crds.scalars import parse_time

OFFICE = {"sessions": [{"from": "09:00", "to": "17:00"}]}
NIGHT = {"sessions": [{"from": "22:00", "to": "02:00"}]}
BERLIN = {**OFFICE, "timeZone": "Europe/Berlin"}
EVENT = {"from": "2024-03-01T13:00Z", "to": "2024-03-01T15:00Z", "reason": "payrolls"}


@pytest.mark.parametrize(
    ("idea", "schedule", "close", "may"),
    [
        ("a day that is named", {"days": ["Friday"]}, "2024-03-01T00:00Z", True),
        ("the last hour of it", {"days": ["Friday"]}, "2024-03-01T23:00Z", True),
        ("midnight is the next day", {"days": ["Friday"]}, "2024-03-02T00:00Z", False),
        ("a session begins with its start", OFFICE, "2024-03-01T09:00Z", True),
        ("and not before", OFFICE, "2024-03-01T08:59Z", False),
        ("at its end it is over", OFFICE, "2024-03-01T17:00Z", False),
        ("a night begins", NIGHT, "2024-03-01T22:00Z", True),
        ("and goes on", NIGHT, "2024-03-01T01:59Z", True),
        ("until its end", NIGHT, "2024-03-01T02:00Z", False),
        ("a session may end at midnight",
         {"sessions": [{"from": "20:00", "to": "00:00"}]}, "2024-03-01T23:59Z", True),
        ("a night belongs to the day of the clock",
         {**NIGHT, "days": ["Friday"]}, "2024-03-02T01:00Z", False),
        ("one of two sessions",
         {"sessions": [*NIGHT["sessions"], *OFFICE["sessions"]]}, "2024-03-01T10:00Z", True),
        ("before a blackout", {"blackouts": [EVENT]}, "2024-03-01T12:59Z", True),
        ("at its start", {"blackouts": [EVENT]}, "2024-03-01T13:00Z", False),
        ("at its end", {"blackouts": [EVENT]}, "2024-03-01T15:00Z", True),
        ("a blackout within a session",
         {**OFFICE, "blackouts": [EVENT]}, "2024-03-01T14:00Z", False),
        ("nine in Berlin is eight in winter", BERLIN, "2024-03-29T08:00Z", True),
        ("and not a minute before", BERLIN, "2024-03-29T07:59Z", False),
        ("in summer time it is seven", BERLIN, "2024-04-01T07:00Z", True),
        ("17:00 is then 15:00", BERLIN, "2024-04-01T15:00Z", False),
        ("the day is that of the clock",
         {"days": ["Friday"], "timeZone": "Asia/Tokyo"}, "2024-02-29T15:00Z", True),
        ("a blackout is in UTC, whatever the clock says",
         {**BERLIN, "blackouts": [EVENT]}, "2024-03-01T12:59Z", True),
        ("on a Sunday the clock leaves out 02:30",
         {"sessions": [{"from": "02:30", "to": "04:00"}], "timeZone": "Europe/Berlin"},
         "2024-03-31T01:00Z", True),
        ("what it says twice counts twice",
         {"sessions": [{"from": "02:30", "to": "03:00"}], "timeZone": "Europe/Berlin"},
         "2024-10-27T01:30Z", True),
    ],
)  # fmt: skip
def test_may_enter(idea: str, schedule: dict[str, Any], close: str, may: bool) -> None:
    terms = guards_from({"schedule": schedule}, HOUR, name="test")
    assert terms is not None
    assert is_open(parse_time(close), list(terms.settings)) is may, idea


@pytest.mark.parametrize("schedule", [None, {}, {"outside": "Flatten"}, {"days": []}])
def test_a_schedule_that_says_nothing_is_none(schedule: Any) -> None:
    assert guards_from({"schedule": schedule}, HOUR, name="test") is None


@pytest.mark.parametrize(
    ("outside", "done"),
    [
        ("Hold", [(9, "enter")]),
        ("Flatten", [(9, "enter"), (11, "exit")]),
    ],
)
def test_outside_the_session_positions_are_kept_or_closed(
    outside: str, done: list[tuple[int, str]]
) -> None:
    """Session 09:00 to 11:00: the close of 9 enters, that of 11 is outside."""
    schedule = {"sessions": [{"from": "09:00", "to": "11:00"}], "outside": outside}
    on = plan(warmup="1 bar", schedule=schedule)
    decider = decider_from({"rules": {"long": {"entry": "close > 0"}}}, on)
    sets = [((hour + 1) * HOUR, bars((100, 101, 99, 100))) for hour in range(15)]
    result = run(on, decider, sets, start=0)
    assert [(fill.time // HOUR, fill.effect) for fill in result.fills] == done
    assert [o.reason for o in result.orders if o.effect == "exit"] == ["schedule"] * (len(done) - 1)


def test_a_blackout_says_its_reason() -> None:
    on = plan(warmup="1 bar", schedule={"blackouts": [{**EVENT, "from": "1970-01-01"}]})
    decider = decider_from({"rules": {"long": {"entry": "close > 0"}}}, on)
    one = Fold(on, decider, start=0)
    assert one.decide(HOUR, bars((100, 101, 99, 100))) == []
    assert [held.reason for held in one.held_back] == ["schedule, blackout payrolls"]
