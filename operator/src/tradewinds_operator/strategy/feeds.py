"""The condition SingleFeed: which feed serves a Strategy when several have its bars.

The first by name serves, so a feed that is applied later may take a bot over: that is said before
somebody wonders. With one feed there is nothing to say.
"""

from tradewinds_crds.names import SINGLE_FEED
from tradewinds_operator.conditions import Condition, condition
from tradewinds_operator.strategy.obstacles import Surroundings
from tradewinds_operator.world import Resource


def single_feed(strategy: Resource, around: Surroundings) -> list[Condition]:
    """Return the condition when more than one feed would do."""
    if len(around.feeds) <= 1:
        return []
    serves, *others = around.feeds
    spec = strategy["spec"]
    bars = f"{', '.join(spec['symbols'])} at {spec['timeframe']}"
    message = (
        f"bars come from marketfeed/{serves}, the first by name that has {bars}; so have "
        f"{', '.join(others)}. Leave them to one feed, so that none takes this bot over"
    )
    return [condition(SINGLE_FEED, holds=False, reason="SeveralFeeds", message=message)]
