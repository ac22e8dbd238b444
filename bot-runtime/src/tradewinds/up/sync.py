"""From manifests to objects: what `kubectl apply` and the API server do on a cluster.

Pure: the objects there are and the manifests of a scan go in, the changes come out. Uids stay for
as long as an object lives, a changed spec is a new generation, immutable fields refuse, and a file
that cannot be read leaves its objects as they were.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tradewinds.up.objects import Key, Object
from tradewinds_crds.names import API_VERSION

IMMUTABLE = {
    "Strategy": ("accountRef",),
    "ExchangeAccount": ("exchange", "environment"),
}


@dataclass(frozen=True, slots=True)
class Declared:
    """One resource as a file declares it."""

    kind: str
    name: str
    spec: dict[str, Any]
    labels: dict[str, str]
    source: str  # the file, relative to the folder


@dataclass(slots=True)
class Changes:
    """What a scan changes: objects to write, objects whose file is gone, refusals."""

    put: list[Object] = field(default_factory=list)
    gone: list[Key] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def changes(
    stored: Mapping[Key, Object],
    declared: Iterable[Declared],
    unreadable: Collection[str],
    new_uid: Callable[[], str],
) -> Changes:
    """Compare what files declare with the objects there are.

    `unreadable` names the files (as in `Declared.source`) that could not be read this time.
    """
    result = Changes()
    seen: dict[Key, Declared] = {}
    for one in declared:
        key = Key(one.kind, one.name)
        if key in seen:
            result.problems.append(
                f"{one.source}: {key} is declared in {seen[key].source} too. "
                "Rename one of them; the first is used."
            )
            continue
        seen[key] = one
        _compare(result, stored.get(key), one, new_uid)
    for key, resource in stored.items():
        if key not in seen and resource.get("source") not in unreadable:
            result.gone.append(key)
    return result


def _compare(
    result: Changes, old: Object | None, one: Declared, new_uid: Callable[[], str]
) -> None:
    if old is None:
        result.put.append(_new_object(one, new_uid()))
        return
    if "deletionTimestamp" in old["metadata"]:
        return  # a namesake is made when the old one has ended, as on a cluster
    refused = _refusal(old, one)
    if refused:
        result.problems.append(refused)
        return
    changed = old["spec"] != one.spec
    if not changed and old["metadata"]["labels"] == one.labels and old["source"] == one.source:
        return
    metadata = {**old["metadata"], "labels": one.labels}
    if changed:
        metadata["generation"] += 1
    result.put.append({**old, "metadata": metadata, "spec": one.spec, "source": one.source})


def _new_object(one: Declared, uid: str) -> Object:
    metadata = {
        "name": one.name,
        "namespace": "default",
        "uid": uid,
        "generation": 1,
        "labels": one.labels,
    }
    return {
        "apiVersion": API_VERSION,
        "kind": one.kind,
        "metadata": metadata,
        "spec": one.spec,
        "source": one.source,
    }


def _refusal(old: Object, one: Declared) -> str | None:
    if "release" in old["spec"] and "release" not in one.spec:
        return (
            f"{one.source}: {one.kind.lower()}/{one.name}: a halt that was released stays "
            "released. Nothing was changed. Halt under another name."
        )
    for name in IMMUTABLE.get(one.kind, ()):
        if old["spec"].get(name) != one.spec.get(name):
            return (
                f"{one.source}: {one.kind.lower()}/{one.name}: spec.{name} cannot change "
                f"(was {old['spec'].get(name)!r}, now {one.spec.get(name)!r}). "
                "Nothing was changed. Declare it under another name."
            )
    return None
