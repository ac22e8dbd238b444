"""What a MarketFeed asks of its collector, read from the canonical object."""

from dataclasses import dataclass
from typing import Any

from tradewinds.process.exits import InputError
from tradewinds.process.objects import Object
from tradewinds_crds.errors import ScalarError
from tradewinds_crds.scalars import parse_speed, parse_time, timeframe_ms
from tradewinds_crds.support import unsupported
from tradewinds_store.records import Series


@dataclass(frozen=True, slots=True)
class Replay:
    """Stored bars played again: their exchange, the range of the clock, and its speed."""

    exchange: str
    start: int | None  # UTC milliseconds; None: the first stored bar
    end: int | None  # the last close; None: the last stored bar
    speed: int | None  # times real time; None: as fast as the followers decide


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed's name, its series, and where they come from."""

    name: str
    symbols: tuple[str, ...]
    timeframes: tuple[str, ...]  # the shortest first
    replay: Replay

    def series(self, symbol: str, timeframe: str) -> Series:
        return Series(self.replay.exchange, symbol, timeframe)


def read_feed(found: Object) -> Feed:
    """Read a MarketFeed; `InputError` names each field that nothing executes yet."""
    subject = f"MarketFeed {found.name}"
    refused = unsupported("MarketFeed", found.spec)
    if refused:
        raise InputError(f"{subject}: {'; '.join(refused)}")
    try:
        return Feed(
            name=found.name,
            symbols=tuple(found.spec["symbols"]),
            timeframes=tuple(sorted(found.spec["timeframes"], key=timeframe_ms)),
            replay=_read_replay(found.spec["replay"]),
        )
    except ScalarError as error:
        raise InputError(f"{subject}: {error}") from error
    except KeyError as error:
        raise InputError(f"{subject}: spec has no {error}; pass a canonical object") from error


def _read_replay(spec: Any) -> Replay:
    return Replay(
        exchange=spec["exchange"],
        start=parse_time(spec["from"]) if "from" in spec else None,
        end=parse_time(spec["to"]) if "to" in spec else None,
        speed=parse_speed(spec.get("speed", "max")),
    )
