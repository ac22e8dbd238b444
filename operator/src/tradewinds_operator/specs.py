"""The spec that a pod runs: the resource as canonical JSON in an immutable ConfigMap.

Its name holds a hash of its content, so a changed spec is another ConfigMap and another pod
template, and a pod that is started again finds what it had.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from pydantic import ValidationError

from tradewinds_crds.canonical import canonical_json, digest
from tradewinds_crds.manifests import canonical_spec
from tradewinds_crds.names import API_VERSION, Kind, child_name
from tradewinds_crds.support import unsupported
from tradewinds_operator.actions import Delete
from tradewinds_operator.children import child
from tradewinds_operator.obstacles import Obstacle
from tradewinds_operator.world import Resource, World, ref_of, uid_of

OBJECT_KEY: Final = "object.json"
_HASH: Final = 10  # characters of a digest that make a name


def canonical_object(resource: Resource, *, labels: bool = False) -> dict[str, Any]:
    """Return the resource as processes read it; ValidationError if its spec breaks the contract.

    A Strategy's labels belong to it, since halts select by them. Those of an account or a feed
    would start it again whenever a tool writes one.
    """
    metadata = resource["metadata"]
    kept = {name: metadata[name] for name in ("name", "namespace", "uid")}
    kept["generation"] = generation_of(resource)
    if labels:
        kept["labels"] = dict(metadata.get("labels") or {})
    kind = Kind(resource["kind"])
    return {
        "apiVersion": API_VERSION,
        "kind": kind.value,
        "metadata": kept,
        "spec": canonical_spec(kind, resource["spec"]),
    }


def generation_of(resource: Resource) -> int:
    """Return the generation of a spec, which a deletion leaves as it is.

    The API server counts a deletion as one, and no gateway should start again because of it.
    """
    metadata = resource["metadata"]
    return int(metadata["generation"]) - ("deletionTimestamp" in metadata)


def spec_map(owner: Resource, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ConfigMap that holds `body`."""
    name = child_name(Kind(owner["kind"]), owner["metadata"]["name"])
    content = {"data": {OBJECT_KEY: canonical_json(body)}, "immutable": True}
    return child(owner, "v1", "ConfigMap", f"{name}-{digest(body)[:_HASH]}", content)


def spec_map_of(running: Resource | None) -> str | None:
    """Return the name of the ConfigMap that a pod or a StatefulSet's template mounts as `spec`."""
    if running is None:
        return None
    spec = running["spec"].get("template", running)["spec"]
    volumes = {volume["name"]: volume for volume in spec.get("volumes", [])}
    name: str | None = volumes.get("spec", {}).get("configMap", {}).get("name")
    return name


def runs_another(pod: Resource | None, spec_map: str) -> bool:
    """Whether a pod runs another spec than this one, so that it is about to be replaced."""
    return pod is not None and spec_map_of(pod) not in (None, spec_map)


def unused_maps(world: World, owner: Resource, keep: Collection[str | None]) -> list[Delete]:
    """Return the deletion of each spec of this owner that is not to be kept."""
    return [
        Delete(ref_of(one), uid_of(one))
        for one in world.owned("ConfigMap", owner)
        if OBJECT_KEY in one.get("data", {}) and one["metadata"]["name"] not in keep
    ]


def refusal(resource: Resource) -> Obstacle | None:
    """Return why no pod can be made of a spec: it breaks the contract, or nothing executes it yet.

    The API server has checked it, but perhaps by an older contract.
    """
    kind = Kind(resource["kind"])
    try:
        spec = canonical_spec(kind, resource["spec"])
    except ValidationError as error:
        found = [f"spec.{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        return Obstacle("InvalidSpec", f"{'; '.join(found)}. Apply the manifest again")
    refused = unsupported(kind, spec)
    return Obstacle("Unsupported", "; ".join(refused)) if refused else None
