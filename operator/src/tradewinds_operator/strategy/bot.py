"""The children that make a bot: its spec in a ConfigMap, and its StatefulSet.

A roll-out writes a new template and frees the pod (`partition: 0`) in one write; once the pod runs
it, the partition is raised again. Between two roll-outs the template is left exactly as it is,
image included, so that no upgrade of operator or chart touches a running bot.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tradewinds_operator.actions import Action, Apply
from tradewinds_operator.differ import differs
from tradewinds_operator.specs import canonical_object, spec_map, unused_maps
from tradewinds_operator.strategy.declared import declared
from tradewinds_operator.strategy.revisions import kept_specs
from tradewinds_operator.strategy.rolledout import FREE, HELD, RolledOut
from tradewinds_operator.strategy.rollout import at_generation
from tradewinds_operator.strategy.statefulset import (
    bars_url,
    pod_template,
    statefulset,
    with_bars,
)
from tradewinds_operator.world import Resource, World


@dataclass(frozen=True, slots=True)
class Bot:
    """What is written, the template from now on, and whether the pod is free to take it."""

    actions: list[Action]
    template: Mapping[str, Any]
    is_rolling: bool

    @property
    def image(self) -> str:
        return str(self.template["spec"]["containers"][0]["image"])


def made(
    world: World, strategy: Resource, source: Resource, feed: str, out: RolledOut | None
) -> Bot:
    """Roll `source` out: the Strategy at the generation that should run from now on."""
    spec = spec_map(strategy, canonical_object(source))
    digest = declared(source["spec"]).template
    template = pod_template(world.settings, source, digest, spec["metadata"]["name"], feed)
    partition = HELD if out is None else FREE
    whole = statefulset(strategy, template, replicas=_replicas(strategy), partition=partition)
    return Bot([Apply(spec), Apply(whole)], template, partition == FREE)


def kept(
    world: World,
    strategy: Resource,
    out: RolledOut,
    feed: str | None,
    *,
    replicas: int | None = None,
) -> Bot:
    """Leave what was rolled out as it is; only its number and its feed follow the Strategy.

    The feed moves at once: the gateway fills by the one that it finds itself, and a bot that
    decides by another's bars would not agree with it.
    """
    replicas = _replicas(strategy) if replicas is None else replicas
    template = out.template if feed is None else with_bars(out.template, bars_url(strategy, feed))
    moved = template is not out.template
    partition = FREE if moved else (HELD if out.is_settled else out.partition)
    actions = _spec_again(world, strategy, out)
    found = out.stateful_set["spec"]["template"]
    is_kept = template is found or not differs(template, found)
    if (out.replicas, out.partition) != (replicas, partition) or not is_kept:
        whole = statefulset(strategy, template, replicas=replicas, partition=partition)
        actions.append(Apply(whole))
    elif out.is_settled:
        actions += unused_maps(world, strategy, {out.spec_map})
    return Bot(actions, template, partition == FREE)


def _replicas(strategy: Resource) -> int:
    return 0 if strategy["spec"]["state"] == "Stopped" else 1


def _spec_again(world: World, strategy: Resource, out: RolledOut) -> list[Action]:
    """Make a ConfigMap again that somebody deleted, from the spec of its generation."""
    metadata = strategy["metadata"]
    if world.get("ConfigMap", metadata["namespace"], out.spec_map or "") is not None:
        return []
    specs = {**kept_specs(world, strategy), metadata["generation"]: strategy["spec"]}
    if out.generation not in specs:
        return []
    source = at_generation(strategy, out.generation, specs[out.generation])
    if declared(source["spec"]).refused is not None:
        return []
    again = spec_map(strategy, canonical_object(source))
    return [Apply(again)] if again["metadata"]["name"] == out.spec_map else []
