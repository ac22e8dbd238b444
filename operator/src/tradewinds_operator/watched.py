"""Every kind that is watched, and where the API server keeps it.

Our own five are watched whole; of Kubernetes' kinds only what carries our label, and of the Events
those that say why a pod is not made. The operator has no verb on Secrets, so they are not here and
never can be.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tradewinds_crds.names import GROUP, KINDS, LABEL_PART_OF, PART_OF, VERSION
from tradewinds_operator.world import Ref, Resource

SELECTOR: Final = f"{LABEL_PART_OF}={PART_OF}"


@dataclass(frozen=True, slots=True)
class Watched:
    """One kind; `selector` and `fields` narrow what is listed and watched."""

    kind: str
    group: str
    version: str
    plural: str
    namespaced: bool = True
    selector: str = SELECTOR
    fields: str = ""

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def ours(self) -> bool:
        return self.group == GROUP

    def path(self, namespace: str = "", name: str = "", part: str = "") -> str:
        """Return the URL path of an object, of a namespace's objects, or of all."""
        pieces = ["/apis" if self.group else "/api", self.api_version]
        pieces += ["namespaces", namespace] if namespace and self.namespaced else []
        pieces += [one for one in (self.plural, name, part) if one]
        return "/".join(pieces)


_OURS: Final = tuple(
    Watched(names.kind, GROUP, VERSION, names.plural, names.namespaced, selector="")
    for names in KINDS.values()
)
_CHILDREN: Final = (
    Watched("StatefulSet", "apps", "v1", "statefulsets"),
    Watched("Service", "", "v1", "services"),
    Watched("ConfigMap", "", "v1", "configmaps"),
    Watched("NetworkPolicy", "networking.k8s.io", "v1", "networkpolicies"),
    Watched("ControllerRevision", "apps", "v1", "controllerrevisions"),
    Watched("Job", "batch", "v1", "jobs"),
    Watched("Pod", "", "v1", "pods"),
    Watched("PersistentVolumeClaim", "", "v1", "persistentvolumeclaims"),
    Watched("Event", "", "v1", "events", selector="", fields="type=Warning"),
)
_TELLING: Final = ("FailedCreate", "FailedMount")  # what no object's own status says
WATCHED: Final[Mapping[str, Watched]] = {one.kind: one for one in (*_OURS, *_CHILDREN)}


def path_of(ref: Ref, part: str = "") -> str:
    """Return the URL path of an object, or of a part of it such as its status."""
    return WATCHED[ref.kind].path(ref.namespace, ref.name, part)


def is_selected(resource: Resource) -> bool:
    """Tell whether a list of its kind, as we ask for it, would hold this object."""
    if not WATCHED[resource["kind"]].selector:
        return True
    labels: Mapping[str, str] = resource["metadata"].get("labels", {})
    return labels.get(LABEL_PART_OF) == PART_OF


def is_telling(resource: Resource) -> bool:
    """Tell whether an object is kept at all: of the Events only a few are."""
    return resource["kind"] != "Event" or resource.get("reason") in _TELLING
