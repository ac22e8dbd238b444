"""A MarketFeed becomes its collector.

A spec that nothing executes yet makes none. One that already runs is left as it is: bots with open
positions decide their exits on its bars.
"""

from tradewinds_crds.names import Kind, child_name
from tradewinds_crds.placement import exchange_of
from tradewinds_operator.actions import Action, Again, Apply, SetStatus
from tradewinds_operator.feed.networkpolicy import networkpolicy
from tradewinds_operator.feed.service import service
from tradewinds_operator.feed.statefulset import statefulset
from tradewinds_operator.feed.status import status
from tradewinds_operator.gateways import accounts_of
from tradewinds_operator.specs import (
    canonical_object,
    refusal,
    runs_another,
    spec_map,
    spec_map_of,
    unused_maps,
)
from tradewinds_operator.world import Resource, World, ref_of


def reconcile(world: World, feed: Resource) -> list[Action]:
    """Return what makes the cluster follow a MarketFeed."""
    if "deletionTimestamp" in feed["metadata"]:
        return []  # its children go with it
    refused = refusal(feed)
    actions: list[Action] = []
    stale = False
    if refused is None:
        actions, stale = _children(world, feed)
    found, again = status(world, feed, refused, stale=stale)
    actions.append(SetStatus(ref_of(feed), found))
    return actions if again is None else [*actions, Again(again)]


def _children(world: World, feed: Resource) -> tuple[list[Action], bool]:
    namespace, name = feed["metadata"]["namespace"], feed["metadata"]["name"]
    own = child_name(Kind.MARKET_FEED, name)
    wanted = spec_map(feed, canonical_object(feed))
    spec_name = wanted["metadata"]["name"]
    replayed = exchange_of(feed["spec"]) if feed["spec"].get("replay") else None
    accounts = accounts_of(world, namespace, replayed)
    observed = world.get("StatefulSet", namespace, own)
    pod = world.get("Pod", namespace, f"{own}-0")
    children = [
        wanted,
        statefulset(world.settings, feed, spec_name, accounts),
        service(feed),
    ]
    if world.settings.network_policies:
        children.append(networkpolicy(world.settings, feed))
    keep = {spec_name, spec_map_of(pod), spec_map_of(observed)}
    garbage = unused_maps(world, feed, keep)
    return [*map(Apply, children), *garbage], runs_another(pod, spec_name)
