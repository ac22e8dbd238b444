"""How orders are worked, when they may be sent, and what a bot's pod may use."""

from typing import Annotated, Literal

from pydantic import Field

from tradewinds_crds.models.cel import time_of
from tradewinds_crds.models.contract import Model, rule
from tradewinds_crds.models.units import (
    Cpu,
    CronText,
    Duration,
    Memory,
    Percent,
    Text,
    Time,
    TimeOfDay,
    TimeZone,
    Weekday,
)
from tradewinds_crds.scalars import parse_time


class Execution(Model):
    """How entries and exits are worked at the exchange."""

    algorithm: Literal["Direct", "Twap", "Iceberg"] = "Direct"
    """Direct sends an order whole, Twap in equal slices over time, Iceberg one slice at a time."""
    slices: Annotated[int, Field(ge=2, le=100)] | None = None
    """Number of slices of Twap and Iceberg (default: none)."""
    over: Duration | None = None
    """Time over which Twap sends its slices, at most a bar (default: none)."""
    post_only: bool = False
    """Whether limit orders are refused rather than filled as taker."""
    max_slippage: Percent | None = None
    """Distance from the deciding price beyond which a market order is not sent (default: any)."""
    margin_mode: Literal["Isolated", "Cross"] | None = None
    """Margin of perpetuals (default: the exchange's own setting)."""

    @rule(
        cel="(self.algorithm == 'Direct') != has(self.slices)",
        message="slices go with Twap and Iceberg, and with these alone",
        remedy="Write, say: execution: {algorithm: Twap, slices: 10, over: 10m}",
    )
    def slices_fit(self) -> bool:
        return (self.algorithm == "Direct") != (self.slices is not None)

    @rule(
        cel="(self.algorithm == 'Twap') == has(self.over)",
        message="over goes with Twap, and with Twap alone",
        remedy="Write, say: execution: {algorithm: Twap, slices: 10, over: 10m}",
    )
    def time_fits(self) -> bool:
        return (self.algorithm == "Twap") == (self.over is not None)


class Session(Model):
    """A time of day at which entries may be made; one that ends before it starts spans midnight."""

    from_: Annotated[TimeOfDay, Field(alias="from")]
    """Start, by the clock of the schedule's `timeZone`."""
    to: TimeOfDay
    """End, by the same clock; 00:00 is midnight."""

    @rule(
        cel="self.from != self.to",
        message="a session starts and ends at the same time",
        remedy="Leave sessions out to trade all day",
    )
    def lasts(self) -> bool:
        return self.from_ != self.to


class Blackout(Model):
    """A time in which no entry is made, such as a known event."""

    from_: Annotated[Time, Field(alias="from")]
    """Start, in UTC."""
    to: Time
    """End, in UTC."""
    reason: Text | None = None
    """Why, for logs and reports (default: nothing)."""

    @rule(
        cel=f"{time_of('self.from')} < {time_of('self.to')}",
        message="a blackout's from is not before its to",
        remedy="Exchange them",
    )
    def runs_forward(self) -> bool:
        return parse_time(self.from_) < parse_time(self.to)


class Schedule(Model):
    """When entries may be made. Exits and protections work at all times."""

    days: Annotated[list[Weekday], Field(max_length=7)] = []
    """Days of the week (default: all)."""
    sessions: Annotated[list[Session], Field(max_length=8)] = []
    """Times of the day (default: all day)."""
    blackouts: Annotated[list[Blackout], Field(max_length=64)] = []
    """Times in which no entry is made (default: none)."""
    outside: Literal["Hold", "Flatten"] = "Hold"
    """What happens to open positions outside: kept, or closed at the market."""
    time_zone: TimeZone | None = None
    """Whose clock says which day and what time it is, summer time included (default: UTC)."""
    cron: CronText | None = None
    """Entries are made only at a close that has a trigger, or the first one after it (default: at
    every close); what is open or waits is left alone between triggers."""


class ComputeAmount(Model):
    """CPU and memory of a pod."""

    cpu: Cpu | None = None
    """Processor, in thousandths of a core, such as 50m (default: the chart's)."""
    memory: Memory | None = None
    """Memory, such as 64Mi (default: the chart's)."""


class Resources(Model):
    """What a bot's pod asks for and may use at most."""

    requests: ComputeAmount | None = None
    """What is reserved (default: the chart's, which is measured)."""
    limits: ComputeAmount | None = None
    """What it may use at most (default: the chart's)."""
