"""The paper venue keeps nothing: placed at once, never found again, always cancelled."""

from tradewinds.venues.paper import PaperVenue
from tradewinds.venues.port import FindOutcome, SendOutcome, Venue, VenueOrder


async def test_paper_venue_places_at_once_and_has_nothing_to_be_asked_for() -> None:
    venue: Venue = PaperVenue()
    order = VenueOrder("uid", "key", "id", {})
    assert (await venue.send(order)).outcome is SendOutcome.PLACED
    assert await venue.find(order) is FindOutcome.NOT_FOUND
    assert await venue.cancel(order)
