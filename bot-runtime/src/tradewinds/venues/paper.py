"""The paper venue: every order is placed at once, and nothing is remembered here.

Its book is the ledger itself: what was accepted, filled and cancelled, up to `filledThrough`. So
after a crash it has nothing to be asked for (an order without a recorded outcome was not placed,
and that is final), and the fill step runs in the gateway's core, where it can be replayed.
"""

from tradewinds.venues.port import FindOutcome, SendOutcome, Sent, VenueOrder


class PaperVenue:
    """See `port.Venue`."""

    async def send(self, order: VenueOrder) -> Sent:  # noqa: ARG002  the port's signature
        return Sent(SendOutcome.PLACED)

    async def find(self, order: VenueOrder) -> FindOutcome:  # noqa: ARG002  the port's signature
        return FindOutcome.NOT_FOUND

    async def cancel(self, order: VenueOrder) -> bool:  # noqa: ARG002  the port's signature
        return True
