"""A Strategy becomes its bot: which spec runs, when an edit takes over, what is said about it.

`up` does the same on one machine; what both must decide alike stands in `placement`.
"""

from datetime import datetime
from typing import Final

from tradewinds_operator.actions import Action, Again, SetStatus
from tradewinds_operator.strategy.bot import Bot, kept, made
from tradewinds_operator.strategy.declared import Declared, declared
from tradewinds_operator.strategy.deletion import finalizer, is_deleted, leave
from tradewinds_operator.strategy.obstacles import ASK_AGAIN, Surroundings, surroundings
from tradewinds_operator.strategy.revisions import history
from tradewinds_operator.strategy.rolledout import RolledOut, rolled_out
from tradewinds_operator.strategy.rollout import Rollout, rollout
from tradewinds_operator.strategy.status import Situation, status
from tradewinds_operator.world import Resource, World, ref_of

_TOGETHER: Final = 3.0  # seconds within which objects that are applied together have all come


def reconcile(world: World, strategy: Resource) -> list[Action]:
    """Return what makes the cluster follow a Strategy."""
    if is_deleted(strategy):
        return leave(world, strategy)
    said = declared(strategy["spec"])
    around = surroundings(world, strategy, said)
    out = rolled_out(world, strategy)
    plan = _plan(world, strategy, said, around, out)
    bot = _bot(world, strategy, around, plan, out)
    running = out.generation if out is not None else None
    actions = [
        *finalizer(strategy),
        *(bot.actions if bot is not None else ()),
        *history(world, strategy, running),
    ]
    patience = _patience(world, strategy, around, out)
    if patience > 0:
        return [*actions, Again(patience)]
    is_new = out is None and strategy["metadata"]["generation"] == 1
    found = Situation(around, bot, plan.waits, is_new)
    return [*actions, *_said(world, strategy, found)]


def _plan(
    world: World, strategy: Resource, said: Declared, around: Surroundings, out: RolledOut | None
) -> Rollout:
    if around.obstacle is not None:
        return Rollout()
    return rollout(world, strategy, said, out)


def _bot(
    world: World, strategy: Resource, around: Surroundings, plan: Rollout, out: RolledOut | None
) -> Bot | None:
    stopped = strategy["spec"]["state"] == "Stopped"
    if plan.source is not None and around.feed is not None and not (out is None and stopped):
        return made(world, strategy, plan.source, around.feed, out)
    return None if out is None else kept(world, strategy, out, around.feed)


def _patience(
    world: World, strategy: Resource, around: Surroundings, out: RolledOut | None
) -> float:
    """Return the seconds in which what is missing may still come, before it is worth a word."""
    if out is not None or not around.may_come:
        return 0.0
    made_at = datetime.fromisoformat(strategy["metadata"]["creationTimestamp"])
    return _TOGETHER - (world.now - made_at).total_seconds()


def _said(world: World, strategy: Resource, found: Situation) -> list[Action]:
    whole, again = status(world, strategy, found)
    obstacle = found.around.obstacle
    if obstacle is not None and obstacle.reason.startswith("ConfigMap"):  # it is not watched
        again = ASK_AGAIN
    actions: list[Action] = [SetStatus(ref_of(strategy), whole)]
    return actions if again is None else [*actions, Again(again)]
