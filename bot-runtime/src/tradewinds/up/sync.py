"""From manifests to objects: what `kubectl apply` and the API server do on a cluster.

Pure: the objects there are and the manifests of a scan go in, the changes come out. Uids stay for
as long as an object lives, a changed spec is a new generation, an edit of what cannot change is
refused, and a file that cannot be read leaves its objects as they were.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from tradewinds.up.objects import Key, Object
from tradewinds_crds.manifests import Manifest, refused_changes, to_object
from tradewinds_crds.names import DEFAULT_NAMESPACE, Kind


@dataclass(slots=True)
class Changes:
    """What a scan changes: objects to write, objects whose manifest is gone, refusals."""

    put: list[Object] = field(default_factory=list)
    gone: list[Key] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def changes(
    stored: Mapping[Key, Object],
    declared: Iterable[Manifest],
    unreadable: Collection[str],
    new_uid: Callable[[], str],
    modules: Mapping[Key, Mapping[str, str]] | None = None,
) -> Changes:
    """Compare what files declare with the objects there are.

    `unreadable` names the files (as in `Manifest.path`) that could not be read this time. An
    object remembers its file under `source`, and under `modules` the texts of its Python files,
    which are as much a part of it as its spec.
    """
    result = Changes()
    seen: dict[Key, Manifest] = {}
    for one in declared:
        key = Key(one.kind, one.name)
        if key in seen:
            result.problems.append(
                f"{one.path}:{one.line} {key} is declared in {seen[key].path} too. "
                "Rename one of them; the first is used."
            )
            continue
        seen[key] = one
        _compare(result, stored.get(key), one, new_uid, (modules or {}).get(key, {}))
    for key, resource in stored.items():
        if key not in seen and resource.get("source") not in unreadable:
            result.gone.append(key)
    return result


def _compare(
    result: Changes,
    old: Object | None,
    one: Manifest,
    new_uid: Callable[[], str],
    modules: Mapping[str, str],
) -> None:
    added = {"source": one.path, **({"modules": modules} if modules else {})}
    if old is None:
        result.put.append({**to_object(one, new_uid(), 1), **added})
        return
    if "deletionTimestamp" in old["metadata"]:
        return  # a namesake is made when the old one has ended, as on a cluster
    refused = refused_changes(_declared(old), one)
    if refused:
        result.problems += [f"{problem}\n      Nothing was changed." for problem in refused]
        return
    edited = old["spec"] != one.spec or old.get("modules", {}) != modules
    kept = {name: value for name, value in old.items() if name != "modules"}
    generation = old["metadata"]["generation"] + edited
    new = {**kept, **to_object(one, old["metadata"]["uid"], generation), **added}
    if new != old:
        result.put.append(new)


def _declared(resource: Object) -> Manifest:
    """Return an object as the manifest that it was made from."""
    metadata = resource["metadata"]
    return Manifest(
        kind=Kind(resource["kind"]),
        name=metadata["name"],
        namespace=metadata.get("namespace", DEFAULT_NAMESPACE),
        spec=resource["spec"],
        labels=metadata["labels"],
        path=resource["source"],
        line=0,
    )
