"""How a namespace stands in the end, to be compared with another run's; and what must not be.

Left out is what differs between any two runs: uids, versions, times, the run's own name, and the
hashes made of them. Messages are people's; status and reason of each condition are compared.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fault_people import Body, People

from tradewinds_crds.names import (
    ANNOTATION_APPLIED,
    FINALIZER_IN_USE,
    FINALIZER_ORDERS,
    KINDS,
    LABEL_PART_OF,
    Kind,
)
from tradewinds_store.records import TaskStatus

_CHILDREN: Final = (
    *("StatefulSet", "Service", "ConfigMap", "NetworkPolicy", "ControllerRevision", "Job", "Pod"),
    "PersistentVolumeClaim",
)
_UID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SPEC_MAP: Final = re.compile(r"\b((?:bot|gateway|feed)-[a-z0-9-]+?)-[0-9a-f]{10}\b")
_PASSING: Final = frozenset({"clusterIP", "clusterIPs", "volumeName"})  # drawn by the cluster
_TIMES: Final = frozenset({"startedAt", "finishedAt", "run"})
_CLUSTERS_OWN: Final = frozenset({"controller-revision-hash", "controller-uid", ANNOTATION_APPLIED})


@dataclass(frozen=True, slots=True)
class Ending:
    """All objects of a namespace, as they are, and the rows of its queue."""

    objects: Sequence[Body]
    rows: Sequence[TaskStatus]
    run: str  # the run's own name, which is its namespace's and part of its halt's

    def lines(self) -> list[str]:
        """Return one line for each object and row, without what differs between any two runs.

        What has lost its owner is left to the cluster, and so are its own things.
        """
        orphans = [id(one) for one in self._orphans()]
        ours = [it for it in self.objects if not _is_clusters_own(it) and id(it) not in orphans]
        objects = [_line(one) for one in ours]
        rows = [
            f"row {one.name} {one.generation} {one.state} {one.size_class}" for one in self.rows
        ]
        return sorted(neutral(line, self.run) for line in (*objects, *rows))

    def violations(self, *, collected: bool) -> Iterator[str]:
        """Yield what must not be; `collected`: the cluster removes what has lost its owner."""
        yield from _several_bots(self.objects)
        for one in self._orphans() if collected else []:
            yield f"{_subject(one)}: its owner is gone"
        for one in self.objects:
            if "deletionTimestamp" in one["metadata"]:
                yield f"{_subject(one)}: deleted, and held by {one['metadata'].get('finalizers')}"
            yield from _idle_finalizers(one, self.objects)

    def _orphans(self) -> list[Body]:
        there = {one["metadata"]["uid"] for one in self.objects}
        return [one for one in self.objects if _owners(one) and not there & _owners(one)]


async def ending(people: People, halt: str, rows: Sequence[TaskStatus]) -> Ending:
    """Look at everything there is."""
    kinds = [kind for kind, names in KINDS.items() if names.namespaced]
    found = [one for kind in (*kinds, *_CHILDREN) for one in await people.list(kind)]
    stop = await people.get(Kind.TRADING_HALT, halt)
    return Ending([*found, *([stop] if stop else [])], rows, people.namespace)


def _owners(one: Body) -> set[str]:
    return {owner["uid"] for owner in one["metadata"].get("ownerReferences", [])}


def _subject(one: Body) -> str:
    return f"{one['kind']} {one['metadata']['name']}"


def _several_bots(objects: Sequence[Body]) -> Iterator[str]:
    owners: dict[str, list[str]] = {}
    for one in objects:
        for owner in _owners(one) if one["kind"] == "StatefulSet" else ():
            owners.setdefault(owner, []).append(one["metadata"]["name"])
    found = (names for names in owners.values() if len(names) > 1)
    yield from (f"several StatefulSets of one owner: {names}" for names in found)


def _idle_finalizers(one: Body, objects: Sequence[Body]) -> Iterator[str]:
    finalizers = one["metadata"].get("finalizers", [])
    name = one["metadata"]["name"]
    users = [
        other
        for other in objects
        if other["kind"] == Kind.STRATEGY and other["spec"]["accountRef"]["name"] == name
    ]
    if (FINALIZER_IN_USE in finalizers) != (one["kind"] == Kind.EXCHANGE_ACCOUNT and bool(users)):
        yield f"{_subject(one)}: {FINALIZER_IN_USE} with {len(users)} users"
    leaves = one["kind"] == Kind.STRATEGY and one["spec"]["onDelete"] != "Retain"
    if (FINALIZER_ORDERS in finalizers) != leaves:
        yield f"{_subject(one)}: finalizers were {finalizers}"


def _is_clusters_own(one: Body) -> bool:
    """Whether the cluster made it for itself: revisions of StatefulSets, its root certificate."""
    owners = [owner["kind"] for owner in one["metadata"].get("ownerReferences", [])]
    made = one["kind"] == "ControllerRevision" and "StatefulSet" in owners
    labels = one["metadata"].get("labels", {})
    return made or (one["kind"] not in KINDS and LABEL_PART_OF not in labels)


def _line(one: Body) -> str:
    metadata = one["metadata"]
    kept = {key: _clean(metadata.get(key, {})) for key in ("labels", "annotations")}
    kept |= {"name": metadata["name"], "finalizers": sorted(metadata.get("finalizers", []))}
    kept["owners"] = [f"{it['kind']} {it['name']}" for it in metadata.get("ownerReferences", [])]
    body: Body = {
        key: _clean(one[key]) for key in ("spec", "data", "immutable", "revision") if key in one
    }
    if one["kind"] in KINDS:
        kept["generation"] = metadata["generation"]
        body["status"] = _status(one.get("status", {}))
    if one["kind"] == "Pod":
        volumes = [it for it in one["spec"]["volumes"] if it["name"] == "spec"]
        body = {"volumes": volumes, "phase": one["status"]["phase"]}
    return f"{one['kind']} " + json.dumps({**kept, **body}, sort_keys=True)


def _status(status: Mapping[str, Any]) -> Body:
    words = ("type", "status", "reason", "observedGeneration")
    conditions = [[row.get(word) for word in words] for row in status.get("conditions", [])]
    kept = {key: value for key, value in status.items() if key not in _TIMES}
    return {**kept, "conditions": sorted(conditions)}


def _clean(value: Any) -> Any:
    if isinstance(value, Mapping):
        unwanted = _PASSING | _CLUSTERS_OWN
        return {key: _clean(one) for key, one in value.items() if not _is(key, unwanted)}
    return [_clean(one) for one in value] if isinstance(value, list) else value


def _is(key: str, unwanted: frozenset[str]) -> bool:
    return key in unwanted or key.rpartition("/")[2] in unwanted


def neutral(text: str, run: str) -> str:
    """Return a text without what differs between any two runs."""
    text = _UID.sub("UID", text)
    text = re.sub(re.escape(run), "RUN", text, flags=re.IGNORECASE)
    return _SPEC_MAP.sub(r"\1-SPEC", text)
