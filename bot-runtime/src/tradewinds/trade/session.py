"""A bot's right to order: the epoch that its gateway granted, and where the fold begins."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tradewinds.engine.instruments import Costs, Instrument


@dataclass(frozen=True, slots=True)
class Stored:
    """A snapshot of the fold after events up to `number` and bars up to `time`."""

    number: int
    time: int
    state: bytes


@dataclass(frozen=True, slots=True)
class Session:
    """The gateway's answer to a session that was opened."""

    epoch: int
    anchor: int  # open ms of the first bar of the fold, or the earliest it may have
    start: int  # decisions begin with closes above it
    cursor: int  # number of the last event when the session was opened
    snapshot: Stored | None
    decided_through: int | None
    filled_through: int | None
    instruments: tuple[Instrument, ...]
    costs: Costs


def read_session(body: Mapping[str, Any]) -> Session:
    """Read the answer of `POST /v1/sessions`."""
    snapshot = body["snapshot"]
    return Session(
        epoch=body["epoch"],
        anchor=body["anchor"],
        start=body["start"],
        cursor=body["cursor"],
        snapshot=snapshot
        and Stored(snapshot["number"], snapshot["time"], b64decode(snapshot["state"])),
        decided_through=body["decidedThrough"],
        filled_through=body["filledThrough"],
        instruments=tuple(Instrument.from_json(one) for one in body["instruments"]),
        costs=Costs.from_json(body["costs"]),
    )
