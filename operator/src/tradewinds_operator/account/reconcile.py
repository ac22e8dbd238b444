"""An ExchangeAccount becomes its gateway, and stays while Strategies use it.

A spec that nothing executes yet makes no gateway. One that already runs is left as it is: it
guards open positions, and closing is never blocked.
"""

from tradewinds_crds.names import FINALIZER_IN_USE, Kind, child_name
from tradewinds_operator.account.networkpolicy import networkpolicy
from tradewinds_operator.account.service import service
from tradewinds_operator.account.statefulset import statefulset
from tradewinds_operator.account.status import status
from tradewinds_operator.actions import Action, Again, Apply, Finalizer, SetStatus
from tradewinds_operator.specs import (
    canonical_object,
    refusal,
    runs_another,
    spec_map,
    spec_map_of,
    unused_maps,
)
from tradewinds_operator.world import Resource, World, ref_of


def reconcile(world: World, account: Resource) -> list[Action]:
    """Return what makes the cluster follow an ExchangeAccount."""
    users = _users(world, account)
    leaving = "deletionTimestamp" in account["metadata"]
    actions = _finalizer(account, in_use=bool(users), leaving=leaving)
    if leaving and not users:
        return actions  # its children go with it
    refused = refusal(account)
    stale = False
    if refused is None:
        children, stale = _children(world, account)
        actions += children
    found, again = status(world, account, users, refused, stale=stale)
    actions.append(SetStatus(ref_of(account), found))
    return actions if again is None else [*actions, Again(again)]


def _users(world: World, account: Resource) -> list[str]:
    namespace, name = account["metadata"]["namespace"], account["metadata"]["name"]
    return [
        strategy["metadata"]["name"]
        for strategy in world.of("Strategy", namespace)
        if strategy["spec"]["accountRef"]["name"] == name
    ]


def _finalizer(account: Resource, *, in_use: bool, leaving: bool) -> list[Action]:
    stands = FINALIZER_IN_USE in account["metadata"].get("finalizers", [])
    if in_use == stands or (in_use and leaving):  # none can be added to what is being deleted
        return []
    return [Finalizer(ref_of(account), FINALIZER_IN_USE, present=in_use)]


def _children(world: World, account: Resource) -> tuple[list[Action], bool]:
    namespace, name = account["metadata"]["namespace"], account["metadata"]["name"]
    own = child_name(Kind.EXCHANGE_ACCOUNT, name)
    wanted = spec_map(account, canonical_object(account))
    spec_name = wanted["metadata"]["name"]
    observed = world.get("StatefulSet", namespace, own)
    pod = world.get("Pod", namespace, f"{own}-0")
    children = [wanted, statefulset(world.settings, account, spec_name, observed), service(account)]
    if world.settings.network_policies:
        children.append(networkpolicy(world.settings, account))
    keep = {spec_name, spec_map_of(pod), spec_map_of(observed)}
    garbage = unused_maps(world, account, keep)
    return [*map(Apply, children), *garbage], runs_another(pod, spec_name)
