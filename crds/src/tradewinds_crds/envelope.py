"""What stands around a spec: apiVersion, kind and metadata, and `kind: List`.

A resource of another API group is none of our business and is passed over; one that seems to be
ours and is not quite (a slip in `kind`, a missing apiVersion) is a problem.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tradewinds_crds.errors import Problem
from tradewinds_crds.loader import Document, NodePath
from tradewinds_crds.names import API_VERSION, GROUP, KINDS, Kind

TOP_FIELDS: Final = ("apiVersion", "kind", "metadata", "spec", "status")
METADATA_FIELDS: Final = (
    "name", "namespace", "labels", "annotations", "uid", "generation", "resourceVersion",
    "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "finalizers",
    "ownerReferences", "managedFields", "generateName", "selfLink",
)  # fmt: skip
_KINDS: Final = tuple(Kind)  # a tuple, so that any value may be looked for in it
NAME_PATTERN: Final = re.compile(r"[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?")
NAMESPACE_PATTERN: Final = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
LABEL_PATTERN: Final = re.compile(r"([A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?)?")


@dataclass(frozen=True, slots=True)
class Envelope:
    """One resource of ours in a document, its spec not yet checked."""

    kind: Kind
    document: Document
    prefix: NodePath
    metadata: Mapping[str, Any]
    spec: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.metadata["name"])

    @property
    def line(self) -> int:
        place = self.document.place(self.prefix)
        return self.document.source.position(place.start)[0]

    def within(self, path: NodePath) -> NodePath:
        """Return the path in the document of a path in this resource."""
        return (*self.prefix, *path)


def envelopes(document: Document, problems: list[Problem]) -> Iterator[Envelope]:
    """Yield our resources of a document, adding to `problems` what cannot be one."""
    value = document.value
    if isinstance(value, dict) and value.get("kind") == "List" and "items" in value:
        items = value["items"] if isinstance(value["items"], list) else []
        for place in range(len(items)):
            yield from _Reader(document, ("items", place), problems).read()
    else:
        yield from _Reader(document, (), problems).read()


class _Reader:
    def __init__(self, document: Document, prefix: NodePath, problems: list[Problem]) -> None:
        self.document = document
        self.prefix = prefix
        self.problems = problems
        self.value = document.value_at(prefix)

    def read(self) -> Iterator[Envelope]:
        if not isinstance(self.value, dict):
            self._refuse((), "this is no resource", f"Begin with apiVersion: {API_VERSION}")
            return
        kind = self._kind()
        if kind is None:
            return
        before = len(self.problems)
        self._known_fields(self.value, TOP_FIELDS, ())
        metadata = self._metadata(namespaced=KINDS[kind].namespaced)
        spec = self._map("spec", "the fields of the kind")
        if len(self.problems) == before:
            yield Envelope(kind, self.document, self.prefix, metadata, spec)

    def _kind(self) -> Kind | None:
        version, kind = self.value.get("apiVersion"), self.value.get("kind")
        group = str(version or "").partition("/")[0]
        ours = group == GROUP or (version is None and kind in _KINDS)
        if not ours and isinstance(version, str) and isinstance(kind, str):
            self._stranger(group, kind)
            return None
        if version != API_VERSION:
            found = "is missing" if version is None else f"was '{version}'"
            self._refuse(("apiVersion",), f"apiVersion {found}", f"Write {API_VERSION}")
            return None
        if kind not in _KINDS:
            found = "is missing" if kind is None else f"was '{kind}'"
            expected = f"expected one of {', '.join(Kind)}"
            self._refuse(("kind",), f"kind {found}, {expected}", _near(kind, _KINDS))
            return None
        return Kind(kind)

    def _stranger(self, group: str, kind: str) -> None:
        if kind in _KINDS or difflib.get_close_matches(group, [GROUP], cutoff=0.8):
            message = f"apiVersion was '{self.value['apiVersion']}'"
            self._refuse(("apiVersion",), message, f"Write {API_VERSION}")

    def _metadata(self, *, namespaced: bool) -> Mapping[str, Any]:
        metadata = self._map("metadata", "{name: …}")
        self._known_fields(metadata, METADATA_FIELDS, ("metadata",))
        name = metadata.get("name")
        if not isinstance(name, str) or not NAME_PATTERN.fullmatch(name):
            found = "is missing" if name is None else f"was {name!r}"
            expected = "expected up to 40 small letters, digits and '-', a letter or digit first"
            self._refuse(("metadata", "name"), f"metadata.name {found}, {expected}")
        self._namespace(metadata.get("namespace"), namespaced=namespaced)
        self._labels(metadata.get("labels"))
        return metadata

    def _namespace(self, namespace: object, *, namespaced: bool) -> None:
        if namespace is None:
            return
        if not namespaced:
            message = "this kind stands above namespaces"
            self._refuse(("metadata", "namespace"), message, "Take namespace out")
        elif not isinstance(namespace, str) or not NAMESPACE_PATTERN.fullmatch(namespace):
            message = f"namespace was {namespace!r:.40}, expected small letters, digits, '-'"
            self._refuse(("metadata", "namespace"), message)

    def _labels(self, labels: object) -> None:
        if labels is not None and not isinstance(labels, dict):
            self._refuse(("metadata", "labels"), "labels was no map", "Write name: value")
            return
        for key, value in (labels or {}).items():
            if not isinstance(value, str) or not LABEL_PATTERN.fullmatch(value):
                message = f"the label {key} was {value!r}, expected a text of up to 63 characters"
                self._refuse(("metadata", "labels", key), message, "Put it in quotes")

    def _map(self, name: str, content: str) -> Mapping[str, Any]:
        found = self.value.get(name)
        if isinstance(found, dict):
            return found
        was = "is missing" if found is None else "was no map"
        self._refuse((name,), f"{name} {was}", f"Write {name}: with {content}")
        return {"name": "x"} if name == "metadata" else {}

    def _known_fields(
        self, value: Mapping[str, Any], known: tuple[str, ...], path: NodePath
    ) -> None:
        for key in value:
            if key not in known:
                remedy = _near(key, known) or "fields of a kind belong under spec"
                self._refuse((*path, key), f"unknown field '{key}'", remedy, at_key=True)

    def _refuse(
        self, path: NodePath, message: str, remedy: str = "", *, at_key: bool = False
    ) -> None:
        whole = (*self.prefix, *path)
        keys, value = self.document.keys, self.document.value_at(whole)
        scalar = value is not None and not isinstance(value, dict | list)
        place = self.document.place(whole)
        if whole in keys and (at_key or not scalar):
            place = keys[whole]
        source = self.document.source
        end = min(place.end, place.start + len(source.line(source.position(place.start)[0])))
        self.problems.append(source.problem(place.start, end, message, remedy))


def _near(word: object, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(str(word), known, n=1)
    return f"did you mean {near[0]}?" if near else ""
