"""What a deletion waits for: `onDelete` of a Strategy, as in `up`.

`Retain` has no finalizer, and the children go with their owner. `CancelOrders` and `Flatten` are
the gateway's work: it lets no bot in any more, so the bot goes first, and the Strategy stays until
the gateway says that it is done, or until the deadline.
"""

from datetime import datetime, timedelta
from typing import Final

from tradewinds_crds.names import FINALIZER_ORDERS, RECONCILING
from tradewinds_operator.actions import Action, Again, Finalizer, SetStatus
from tradewinds_operator.conditions import find, stands
from tradewinds_operator.strategy.bot import kept
from tradewinds_operator.strategy.flat import flat
from tradewinds_operator.strategy.rolledout import rolled_out
from tradewinds_operator.world import Resource, World, ref_of

_RETAIN: Final = "Retain"
_APART: Final = timedelta(minutes=1)
_UNDERWAY: Final = {
    "CancelOrders": ("CancellingOrders", "its gateway has cancelled its orders"),
    "Flatten": ("Flattening", "its gateway has closed its positions"),
}


def is_deleted(strategy: Resource) -> bool:
    return "deletionTimestamp" in strategy["metadata"]


def finalizer(strategy: Resource) -> list[Action]:
    """Keep the finalizer in step with `onDelete`, from the first day."""
    wanted = strategy["spec"]["onDelete"] != _RETAIN
    return [] if wanted == _is_held(strategy) else [_finalizer(strategy, present=wanted)]


def leave(world: World, strategy: Resource) -> list[Action]:
    """Return what a deleted Strategy still needs."""
    if not _is_held(strategy):
        return []
    row = world.strategies.get(strategy["metadata"]["uid"], {})
    done = bool(row.get("deleted") and row.get("done"))
    if done or strategy["spec"]["onDelete"] == _RETAIN:
        return [_finalizer(strategy, present=False)]
    left = (_deadline(world, strategy) - world.now).total_seconds()
    if left <= 0:
        return [_gave_up(world, strategy), _finalizer(strategy, present=False)]
    return [*_without_bot(world, strategy), _waits(world, strategy), Again(left)]


def _is_held(strategy: Resource) -> bool:
    return FINALIZER_ORDERS in strategy["metadata"].get("finalizers", [])


def _finalizer(strategy: Resource, *, present: bool) -> Finalizer:
    return Finalizer(ref_of(strategy), FINALIZER_ORDERS, present=present)


def _deadline(world: World, strategy: Resource) -> datetime:
    return _since(world, strategy) + timedelta(seconds=world.settings.delete_deadline)


def _since(world: World, strategy: Resource) -> datetime:
    """Return from when on the gateway was given time.

    The deletion has the API server's clock, and this process may have been away: where the two are
    far apart it counts from our own first word, so that no clock cuts a gateway's work short.
    """
    deleted = datetime.fromisoformat(strategy["metadata"]["deletionTimestamp"])
    word = find(strategy.get("status", {}), RECONCILING)
    said = world.now
    if word is not None and word["reason"] in {reason for reason, _ in _UNDERWAY.values()}:
        said = datetime.fromisoformat(word["lastTransitionTime"])
    return said if said - deleted > _APART else deleted


def _without_bot(world: World, strategy: Resource) -> list[Action]:
    out = rolled_out(world, strategy)
    return [] if out is None else kept(world, strategy, out, None, replicas=0).actions


def _waits(world: World, strategy: Resource) -> SetStatus:
    reason, until = _UNDERWAY[strategy["spec"]["onDelete"]]
    deadline = f"{_deadline(world, strategy):%H:%M:%S} UTC"
    message = f"is deleted once {until}, or at {deadline}{_absence(world, strategy)}"
    return _status(world, strategy, stands(reason, message))


def _gave_up(world: World, strategy: Resource) -> SetStatus:
    minutes = world.settings.delete_deadline / 60
    message = (
        f"onDelete {strategy['spec']['onDelete']} was not done within {minutes:g} minutes"
        f"{_absence(world, strategy)}. What is left stands in the ledger: kubectl tradewinds "
        f"positions -n {strategy['metadata']['namespace']}"
    )
    return _status(world, strategy, stands("DeadlinePassed", message, stalled=True))


def _absence(world: World, strategy: Resource) -> str:
    """Say it when nobody is left who could do what `onDelete` asks for."""
    namespace, account = strategy["metadata"]["namespace"], strategy["spec"]["accountRef"]["name"]
    if world.get("ExchangeAccount", namespace, account) is None:
        return f"; there is no exchangeaccount/{account} any more, so nobody can do it"
    if strategy["metadata"]["uid"] not in world.strategies:
        return f"; the gateway of exchangeaccount/{account} does not answer"
    return ""


def _status(world: World, strategy: Resource, conditions: list[dict[str, object]]) -> SetStatus:
    old = strategy.get("status", {})
    kept_fields = {name: old[name] for name in ("mode", "symbols", "image") if name in old}
    whole = [*conditions, flat(world, strategy, is_new=False)]
    return SetStatus(ref_of(strategy), {**kept_fields, "conditions": whole})
