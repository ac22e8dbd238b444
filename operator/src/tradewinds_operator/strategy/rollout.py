"""Whether the newest spec takes over now, and if not, why and until when.

The rules are `placement`'s, which `up` follows too. What a gateway says counts only once it has
seen the newest generation: a row from before it may be flat for reasons that have passed.

| what was rolled out     | what runs next |
|---|---|
| nothing, no older spec  | the newest |
| nothing, but older specs are kept (somebody deleted the StatefulSet) | the newest if `updatePolicy` allows, else the generation that traded last; nothing before the gateway has said which |
| the same bot            | what is there, whatever its generation |
| another bot             | the newest if `updatePolicy` allows, else what is there |
| a generation that the gateway lets in no more, since it never traded | the newest |
"""  # noqa: E501 - rows of a table

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tradewinds_crds.names import ANNOTATION_ROLL_OUT
from tradewinds_crds.placement import is_locked_out, may_take_over
from tradewinds_operator.strategy.declared import Declared, declared
from tradewinds_operator.strategy.revisions import kept_specs
from tradewinds_operator.strategy.rolledout import RolledOut, is_same_bot
from tradewinds_operator.world import Resource, World

Row = Mapping[str, Any]  # of a Strategy in its gateway's /v1/status


@dataclass(frozen=True, slots=True)
class Rollout:
    """`source`: the Strategy, at the generation of which a bot is made; None: what is there stays.

    `waits` says why the newest spec does not run yet, if it does not.
    """

    source: Resource | None = None
    waits: str = ""


def rollout(world: World, strategy: Resource, said: Declared, out: RolledOut | None) -> Rollout:
    """Decide for a Strategy in whose way nothing is."""
    row = _of_newest(world, strategy)
    allowed = may_take_over(
        strategy["spec"]["updatePolicy"],
        flat=row is not None and bool(row["flat"]),
        asked=_asked(strategy),
    )
    if out is None:
        return _anew(world, strategy, said, row, allowed=allowed)
    newest, since = strategy["metadata"]["generation"], out.generation
    locked_out = since != newest and is_locked_out(_traded(row), since, since)
    same = is_same_bot(world, strategy, out, said)
    if locked_out or (allowed and not same):
        return Rollout(strategy)
    return Rollout() if same else Rollout(waits=_why(strategy, row))


def _anew(
    world: World, strategy: Resource, said: Declared, row: Row | None, *, allowed: bool
) -> Rollout:
    newest = strategy["metadata"]["generation"]
    older = {
        generation: spec
        for generation, spec in kept_specs(world, strategy).items()
        if generation < newest and declared(spec).template != said.template
    }
    if allowed or not older:
        return Rollout(strategy)
    if row is None:
        return Rollout(waits=_why(strategy, row))
    traded = row["tradedGeneration"]
    if traded in older:
        return Rollout(at_generation(strategy, traded, older[traded]), _why(strategy, row))
    return Rollout(strategy)


def at_generation(strategy: Resource, generation: int, spec: Mapping[str, Any]) -> Resource:
    """Return a Strategy as it was at an earlier generation."""
    return {
        **strategy,
        "metadata": {**strategy["metadata"], "generation": generation},
        "spec": spec,
    }


def _of_newest(world: World, strategy: Resource) -> Row | None:
    metadata = strategy["metadata"]
    row = world.strategies.get(metadata["uid"])
    return row if row is not None and row["generation"] >= metadata["generation"] else None


def _traded(row: Row | None) -> int | None:
    return None if row is None else row["tradedGeneration"]


def _asked(strategy: Resource) -> bool:
    annotations = strategy["metadata"].get("annotations") or {}
    return bool(annotations.get(ANNOTATION_ROLL_OUT) == str(strategy["metadata"]["generation"]))


def _why(strategy: Resource, row: Row | None) -> str:
    metadata = strategy["metadata"]
    waits = f"generation {metadata['generation']} waits"
    if strategy["spec"]["updatePolicy"] == "Manual":
        namespace, name = metadata["namespace"], metadata["name"]
        return f"{waits} for a person: kubectl tradewinds roll-out {name} -n {namespace}"
    if row is None:
        return f"{waits} until its gateway says that it is flat"
    return f"{waits} until it is flat"
