"""Cron triggers by hand, and against a clock that is asked minute by minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from given import HOUR, bars, plan
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tradewinds.engine.backtest import run
from tradewinds.engine.fold import Fold
from tradewinds.engine.guards.clock import wall
from tradewinds.engine.guards.cron import next_trigger
from tradewinds.engine.guards.settings import guards_from
from tradewinds.engine.sources import decider_from
from tradewinds_crds.cron import Cron, parse_cron
from tradewinds_crds.scalars import parse_time

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC")
MINUTE = 60_000
WIN = {"rules": {"long": {"entry": "close > 0", "exit": "close > 0"}}}


def flat(cron: str, zone: str | None = None) -> list[float]:
    schedule = {"cron": cron, "timeZone": zone}
    terms = guards_from({"schedule": schedule}, HOUR, name="test")
    assert terms is not None
    return list(terms.settings)


@pytest.mark.parametrize(
    ("idea", "cron", "zone", "after", "trigger"),
    [
        ("at nine", "0 9 * * *", None, "2024-03-01T08:59Z", "2024-03-01T09:00Z"),
        ("later than that it is tomorrow", "0 9 * * *", None,
         "2024-03-01T09:00Z", "2024-03-02T09:00Z"),
        ("from Friday to Monday", "0 9 * * 1-5", None, "2024-03-01T09:00Z", "2024-03-04T09:00Z"),
        ("every quarter of an hour", "*/15 * * * *", None,
         "2024-03-01T09:31Z", "2024-03-01T09:45Z"),
        ("the first of the month", "0 0 1 * *", None, "2024-03-01T00:00Z", "2024-04-01T00:00Z"),
        ("the 15th, and each Monday", "0 0 15 * MON", None,
         "2024-03-12T00:00Z", "2024-03-15T00:00Z"),
        ("the 29th of February", "0 0 29 2 *", None, "2024-03-01T00:00Z", "2028-02-29T00:00Z"),
        ("nine in Berlin, in winter", "0 9 * * *", "Europe/Berlin",
         "2024-03-30T00:00Z", "2024-03-30T08:00Z"),
        ("nine in Berlin, in summer", "0 9 * * *", "Europe/Berlin",
         "2024-03-31T00:00Z", "2024-03-31T07:00Z"),
        ("02:30 is left out: when the clock is set forward", "30 2 * * *", "Europe/Berlin",
         "2024-03-31T00:00Z", "2024-03-31T01:00Z"),
        ("02:30 is there twice: the first", "30 2 * * *", "Europe/Berlin",
         "2024-10-26T12:00Z", "2024-10-27T00:30Z"),
        ("and not the second", "30 2 * * *", "Europe/Berlin",
         "2024-10-27T00:30Z", "2024-10-28T01:30Z"),
    ],
)  # fmt: skip
def test_next_trigger(idea: str, cron: str, zone: str | None, after: str, trigger: str) -> None:
    assert next_trigger(parse_time(after), flat(cron, zone)) == parse_time(trigger), idea


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.integers(parse_time("1970-01-02") // MINUTE, parse_time("2090-01-01") // MINUTE),
)
@example("Europe/Berlin", parse_time("2024-10-27T00:30Z") // MINUTE)
@example("America/New_York", parse_time("2024-03-10T07:00Z") // MINUTE)
def test_the_clock_is_that_of_the_time_zone(zone: str, minute: int) -> None:
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    said = at.astimezone(ZoneInfo(zone)).replace(tzinfo=UTC)
    assert wall(minute * MINUTE, flat("* * * * *", zone)) == said.timestamp() * 1_000


def matches(cron: Cron, at: datetime) -> bool:
    by_month, by_week = at.day in cron.month_days, at.isoweekday() % 7 in cron.week_days
    day = (by_month or by_week) if cron.either_day else (by_month and by_week)
    time = at.minute in cron.minutes and at.hour in cron.hours
    return day and time and at.month in cron.months


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.sampled_from(["*/7 3-23/4 * * *", "5 1,14 */2 * *", "0 12 1-10 * SUN", "30 2 * 3,10,11 *"]),
    st.integers(0, 300 * 24 * 60),
)
def test_triggers_are_those_of_a_clock_that_is_asked_each_minute(
    zone: str, text: str, minute: int
) -> None:
    cron, here = parse_cron(text), ZoneInfo(zone)
    begin = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    heard, latest = [], (begin - timedelta(days=1)).astimezone(here).replace(tzinfo=None)
    for step in range(-24 * 60, 3 * 24 * 60):
        at = begin + timedelta(minutes=step)
        now = at.astimezone(here).replace(tzinfo=None)
        passed = latest
        while passed < now:  # all that the clock says for the first time, or leaves out
            passed += timedelta(minutes=1)
            if matches(cron, passed) and at > begin and at not in heard:
                heard.append(at)
        latest = max(latest, now)
    settings, time = flat(text, zone), begin.timestamp() * 1_000
    for at in heard:
        time = next_trigger(time, settings)
        assert time == at.timestamp() * 1_000


def entries(schedule: dict[str, Any], hours: list[int]) -> list[int]:
    """Return at which hours entries fill that are wanted at every close, each left at once."""
    on = plan(warmup="1 bar", schedule=schedule)
    sets = [((hour + 1) * HOUR, bars((100, 101, 99, 100))) for hour in hours]
    result = run(on, decider_from(WIN, on), sets, start=0)
    return [fill.time // HOUR for fill in result.fills if fill.effect == "enter"]


@pytest.mark.parametrize(
    ("idea", "cron", "hours", "entered"),
    [
        ("at nine and at noon", "0 9,12 * * *", list(range(24)), [9, 12]),
        ("between two closes: at the later one", "30 8 * * *", list(range(24)), [9]),
        ("the bar of nine is missing: at the next", "0 9 * * *", [6, 7, 9, 10], [10]),
        ("twice between two closes is once", "10,20 8 * * *", list(range(24)), [9]),
    ],
)
def test_entries_are_made_at_triggers(
    idea: str, cron: str, hours: list[int], entered: list[int]
) -> None:
    assert entries({"cron": cron}, hours) == entered, idea


def test_an_entry_order_lives_on_between_triggers() -> None:
    on = plan(warmup="1 bar", schedule={"cron": "0 2 * * *", "outside": "Flatten"})
    rules = {"long": {"entry": "close > 0", "entryOrder": {"limit": "98", "validFor": "9 bars"}}}
    sets = [(h * HOUR, bars((100, 101, 97 if h == 6 else 99, 100))) for h in range(1, 9)]
    result = run(on, decider_from({"rules": rules}, on), sets, start=0)
    assert [(fill.time // HOUR, fill.effect) for fill in result.fills] == [(5, "enter")]


def test_what_is_held_back_says_until_when() -> None:
    on = plan(warmup="1 bar", schedule={"cron": "0 9 * * *", "timeZone": "Europe/Berlin"})
    one = Fold(on, decider_from(WIN, on), start=0)
    assert one.decide(HOUR, bars((100, 101, 99, 100))) == []
    assert [held.reason for held in one.held_back] == ["cron, until 1970-01-01T08:00Z"]
