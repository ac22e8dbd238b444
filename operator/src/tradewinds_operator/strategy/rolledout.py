"""What was rolled out, read from the StatefulSet: there is no other record of it.

The template in the StatefulSet is the one that a lost pod comes back with. It is not touched before
an edit may take over, so it is right with no pod at all (`state: Stopped`), with a pod that never
got ready, and after an upgrade of the operator, whose own new template waits like any edit.

`partition: 1` guards the pod against everybody else: a template that somebody edits, or that a
stale view made us write, changes no pod, and a lost one is still made from the current revision.
Such a template is not what was rolled out; the current revision is, and it is put back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from json import loads
from typing import Any

from tradewinds_crds.names import ANNOTATION_GENERATION, ANNOTATION_TEMPLATE, Kind, child_name
from tradewinds_operator.specs import OBJECT_KEY, spec_map_of
from tradewinds_operator.strategy.declared import Declared, declared
from tradewinds_operator.world import Resource, World, owner_uids

HELD = 1  # partition at which the one pod, of ordinal 0, keeps its revision
FREE = 0


@dataclass(frozen=True, slots=True)
class RolledOut:
    """A StatefulSet, and the template of the bot that it stands for."""

    stateful_set: Resource
    template: Mapping[str, Any]

    @property
    def generation(self) -> int:
        return int(self._annotations.get(ANNOTATION_GENERATION, 0))

    @property
    def digest(self) -> str:
        return str(self._annotations.get(ANNOTATION_TEMPLATE, ""))

    @property
    def spec_map(self) -> str | None:
        """The name of the ConfigMap with the spec."""
        return spec_map_of(self.template)

    @property
    def image(self) -> str:
        return str(self.template["spec"]["containers"][0]["image"])

    @property
    def partition(self) -> int:
        strategy = self.stateful_set["spec"].get("updateStrategy", {})
        return int((strategy.get("rollingUpdate") or {}).get("partition", FREE))

    @property
    def replicas(self) -> int:
        return int(self.stateful_set["spec"].get("replicas", 1))

    @property
    def is_settled(self) -> bool:
        """Whether the controller has seen all of it, and runs nothing older."""
        status = self.stateful_set.get("status", {})
        seen = status.get("observedGeneration") == self.stateful_set["metadata"].get("generation")
        return bool(seen and status.get("currentRevision") == status.get("updateRevision"))

    @property
    def _annotations(self) -> Mapping[str, Any]:
        annotations: Mapping[str, Any] = self.template["metadata"].get("annotations", {})
        return annotations


def rolled_out(world: World, strategy: Resource) -> RolledOut | None:
    """Return what was rolled out of a Strategy; None when there is no StatefulSet."""
    metadata = strategy["metadata"]
    name = child_name(Kind.STRATEGY, metadata["name"])
    found = world.get("StatefulSet", metadata["namespace"], name)
    if found is None or metadata["uid"] not in owner_uids(found):
        return None
    out = RolledOut(found, found["spec"]["template"])
    status = found.get("status", {})
    current = status.get("currentRevision")
    if out.partition == FREE or not current or current == status.get("updateRevision"):
        return out
    revision = world.get("ControllerRevision", metadata["namespace"], current)
    if revision is None:
        return out
    template = revision["data"]["spec"]["template"]
    kept = {key: value for key, value in template.items() if key != "$patch"}
    return RolledOut(found, kept)


def is_same_bot(world: World, strategy: Resource, out: RolledOut, said: Declared) -> bool:
    """Tell whether what was rolled out decides as the newest spec would.

    The hash was made by the contract of its day. If it differs, the spec that the pod has is read
    again by today's, so that a field with a new default restarts no bot.
    """
    if out.digest == said.template:
        return True
    kept = world.get("ConfigMap", strategy["metadata"]["namespace"], out.spec_map or "")
    if kept is None:
        return False
    spec = loads(kept["data"][OBJECT_KEY])["spec"]
    return declared(spec).template == said.template
