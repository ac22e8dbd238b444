"""Whether Git owns an object: then a change made here would be undone, or would be a drift."""

from collections.abc import Mapping
from typing import Any, Final

_MARKS: Final = (
    ("annotations", "argocd.argoproj.io/tracking-id", "Argo CD"),
    ("labels", "argocd.argoproj.io/instance", "Argo CD"),
    ("labels", "kustomize.toolkit.fluxcd.io/name", "Flux"),
    ("labels", "helm.toolkit.fluxcd.io/name", "Flux"),
)
_MANAGERS: Final = {
    "argocd-controller": "Argo CD",
    "argocd-application-controller": "Argo CD",
    "kustomize-controller": "Flux",
    "helm-controller": "Flux",
}


def owner_in_git(resource: Mapping[str, Any]) -> str | None:
    """Return who brings this object from Git, with what they call it; None if nobody does."""
    metadata = resource["metadata"]
    for place, name, who in _MARKS:
        value = metadata.get(place, {}).get(name)
        if value:
            return f"{who} ({value.partition(':')[0]})"
    managers = {
        one.get("manager", "")
        for one in metadata.get("managedFields", [])
        if "f:spec" in one.get("fieldsV1", {})
    }
    return next((_MANAGERS[one] for one in sorted(managers) if one in _MANAGERS), None)
