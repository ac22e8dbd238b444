"""What the gateway asks of a venue: send an order, find it again, take it back.

A venue never decides anything; it reports what happened, and the gateway writes that down. Every
order carries the client id that its cause gives it, so that a second send of the same order is
recognised, and an order whose send was cut off can be asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class VenueOrder:
    """An order on its way to a venue: `content` is the intent in words (venues/wire.py)."""

    strategy: str
    key: str
    client_id: str
    content: Mapping[str, Any]


class SendOutcome(StrEnum):
    """What came of a send; `UNRESOLVED`: nobody knows, it must be asked for."""

    PLACED = "placed"
    REJECTED = "rejected"
    UNRESOLVED = "unresolved"


class FindOutcome(StrEnum):
    """What a venue knows of a client id; `UNKNOWN`: it cannot say yet, ask again."""

    FOUND = "found"
    NOT_FOUND = "notFound"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Sent:
    """The result of a send, with the venue's words when it rejected."""

    outcome: SendOutcome
    message: str = ""


class Venue(Protocol):
    """One account at one venue."""

    async def send(self, order: VenueOrder) -> Sent:
        """Place an order under its client id; placing it twice places it once."""

    async def find(self, order: VenueOrder) -> FindOutcome:
        """Say whether the venue has the order; `NOT_FOUND` is final."""

    async def cancel(self, order: VenueOrder) -> bool:
        """Take an order back; True when it no longer rests, also when it never did."""
