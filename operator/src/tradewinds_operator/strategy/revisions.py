"""The last specs of a Strategy, by generation, for `kubectl tradewinds history` and `rollback`."""

from collections.abc import Mapping
from typing import Any

from tradewinds_operator.actions import Action, Apply, Delete
from tradewinds_operator.children import child
from tradewinds_operator.strategy.obstacles import modules_of
from tradewinds_operator.world import Resource, World, ref_of, uid_of


def kept_specs(world: World, strategy: Resource) -> dict[int, Mapping[str, Any]]:
    """Return the specs that are kept, by generation."""
    return {one["revision"]: one["data"]["spec"] for one in _kept(world, strategy)}


def history(world: World, strategy: Resource, running: int | None) -> list[Action]:
    """Keep this generation, and let go of what is too old; `running` stays however old it is."""
    generation = strategy["metadata"]["generation"]
    kept = {one["revision"]: one for one in _kept(world, strategy)}
    added: list[Action] = (
        [] if generation in kept else [Apply(controller_revision(strategy), can_wait=True)]
    )
    newest = sorted({*kept, generation})[-world.settings.history :]
    gone = [one for number, one in sorted(kept.items()) if number not in {*newest, running}]
    return [*added, *(Delete(ref_of(one), uid_of(one)) for one in gone)]


def controller_revision(strategy: Resource) -> dict[str, Any]:
    """Return what is kept of a generation: the spec, and which ConfigMap held its modules."""
    metadata, spec = strategy["metadata"], strategy["spec"]
    data: dict[str, Any] = {"spec": spec}
    modules = modules_of(spec)
    if modules is not None:
        data["modules"] = {"configMap": modules}
    name = f"{metadata['name']}-{metadata['generation']}"
    content = {"data": data, "revision": metadata["generation"]}
    return child(strategy, "apps/v1", "ControllerRevision", name, content)


def _kept(world: World, strategy: Resource) -> list[Resource]:
    return list(world.owned("ControllerRevision", strategy))
