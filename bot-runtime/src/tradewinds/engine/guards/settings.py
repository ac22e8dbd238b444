"""Read a Strategy's `protections` and `schedule` into the flat settings of its guards."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tradewinds.engine.errors import PlanError
from tradewinds.engine.guards import layout as g
from tradewinds.engine.guards.zones import clocks_of
from tradewinds_crds.cron import parse_cron
from tradewinds_crds.scalars import (
    parse_bars,
    parse_duration,
    parse_percent,
    parse_time,
    parse_time_of_day,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

WEEKDAYS: Final = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
)  # fmt: skip
STEPS: Final = 1_000  # a window of more bars is followed in so many steps


@dataclass(frozen=True, slots=True)
class GuardTerms:
    """What holds entries back: the settings (layout.py), and the reasons of the blackouts."""

    settings: tuple[float, ...]
    blackouts: tuple[str, ...]


def guards_from(spec: Mapping[str, Any], timeframe_ms: int, *, name: str) -> GuardTerms | None:
    """Read a canonical spec; None when nothing ever holds an entry back."""
    schedule = spec.get("schedule") or {}
    settings = [0.0] * g.SETTINGS_SIZE_OF
    protected = _protections(spec.get("protections") or {}, timeframe_ms, settings, name)
    scheduled = any(schedule.get(part) for part in ("days", "sessions", "blackouts", "cron"))
    if not protected and not scheduled:
        return None
    _hours(schedule, settings)
    blackouts = schedule.get("blackouts") or []
    return GuardTerms(tuple(settings), tuple(one.get("reason") or "" for one in blackouts))


def _protections(
    said: Mapping[str, Any], timeframe_ms: int, settings: list[float], name: str
) -> bool:
    cooldown, streak = said.get("cooldown"), said.get("lossStreak")
    lock, profit = said.get("drawdownLock"), said.get("lowProfitSymbol")
    if cooldown:
        settings[g.COOLDOWN_PAUSE : g.COOLDOWN_IN_BARS + 1] = _pause(cooldown)
    if streak:
        settings[g.STREAK_LOSSES] = float(streak["losses"])
        settings[g.STREAK_WITHIN] = _within(streak)
        settings[g.STREAK_PAUSE : g.STREAK_IN_BARS + 1] = _pause(streak)
    if lock:
        settings[g.LOCK_DRAWDOWN : g.LOCK_IN_BARS + 1] = _lock(lock, timeframe_ms, name)
    if profit:
        settings[g.PROFIT_TRADES] = float(profit["trades"])
        settings[g.PROFIT_BELOW] = float(parse_percent(profit.get("below") or "0%"))
        settings[g.PROFIT_WITHIN] = _within(profit)
        settings[g.PROFIT_PAUSE : g.PROFIT_IN_BARS + 1] = _pause(profit)
    return any((cooldown, streak, lock, profit))


def _lock(lock: Mapping[str, Any], timeframe_ms: int, name: str) -> list[float]:
    drawdown = float(parse_percent(lock["drawdown"]))
    if drawdown == 0.0:
        raise PlanError(
            f"Strategy {name}: protections.drawdownLock.drawdown was {lock['drawdown']}, expected"
            " more than 0%, since every close would lock it. Write, say: drawdown: 10%"
        )
    within = _within(lock)
    step, room = math.inf, 1
    if within < math.inf:
        step = timeframe_ms * max(1, math.ceil(within / timeframe_ms / STEPS))
        room = int(within // step) + 2
    pause = _pause(lock) if lock.get("pause") else (math.inf, 0.0)
    return [drawdown, within, step, float(room), *pause]


def _hours(schedule: Mapping[str, Any], settings: list[float]) -> None:
    days = schedule.get("days") or WEEKDAYS
    sessions, blackouts = schedule.get("sessions") or [], schedule.get("blackouts") or []
    settings[g.FLATTEN] = float(schedule.get("outside") == "Flatten")
    for place, day in enumerate(WEEKDAYS):
        settings[g.DAYS + place] = float(day in days)
    settings[g.SESSIONS] = float(len(sessions))
    settings[g.BLACKOUTS] = float(len(blackouts))
    for one in sessions:
        settings += [float(parse_time_of_day(one[end])) for end in ("from", "to")]
    for one in blackouts:
        settings += [float(parse_time(one[end])) for end in ("from", "to")]
    if schedule.get("timeZone"):
        clocks = clocks_of(schedule["timeZone"])
        settings[g.CLOCKS] = float(len(clocks))
        settings += [figure for row in clocks for figure in row]
    if schedule.get("cron"):
        settings[g.CRON] = 1.0
        settings += _fields(schedule["cron"])


def _fields(text: str) -> list[float]:
    said = parse_cron(text)
    fields = [0.0] * g.CRON_SIZE_OF
    for begin, numbers in (
        (g.MINUTES, said.minutes),
        (g.HOURS, said.hours),
        (g.MONTH_DAYS - 1, said.month_days),
        (g.MONTHS - 1, said.months),
        (g.WEEK_DAYS, said.week_days),
    ):
        for number in numbers:
            fields[begin + number] = 1.0
    fields[g.EITHER_DAY] = float(said.either_day)
    return fields


def _pause(said: Mapping[str, Any]) -> tuple[float, float]:
    """Return how long, and 1 if that is in bars."""
    text = str(said["pause"])
    if text.endswith(("bar", "bars")):
        return float(parse_bars(text)), 1.0
    return float(parse_duration(text)), 0.0


def _within(said: Mapping[str, Any]) -> float:
    return float(parse_duration(said["within"])) if said.get("within") else math.inf
