"""YAML as kubectl reads it, with the place of every node.

Values follow kubectl's rules (`plain.py`); what kubectl lets pass and a trader would regret is
refused: keys given twice, tags, keys such as `n` that are true or false to YAML, and commas that
cut an expression inside { }. Anchors may be used; their expansion is bounded.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from tradewinds_crds.errors import ManifestError, Problem
from tradewinds_crds.mistakes import cut_by_comma, explain
from tradewinds_crds.plain import read_plain
from tradewinds_crds.source import Place, Source

MAX_BYTES: Final = 1_048_576
MAX_NODES: Final = 50_000
MAX_DEPTH: Final = 64

NodePath = tuple[str | int, ...]

_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Composer(_Parser):  # type: ignore[misc]  # libyaml where it is built in, else Python
    """Composes nodes and leaves the meaning of scalars to `plain.py`."""

    def resolve(self, kind: type, value: str, implicit: object) -> str:  # noqa: ARG002
        return ""


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document: its value, and where each of its nodes stands.

    `keys` and `values` map a path such as ("spec", "symbols", 0) to places in the source.
    """

    value: Any
    source: Source
    values: dict[NodePath, Place] = field(default_factory=dict)
    keys: dict[NodePath, Place] = field(default_factory=dict)

    def place(self, path: NodePath) -> Place:
        """Return the place of a node, or of the nearest one above it that is written."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Place(0, 0))

    def value_at(self, path: NodePath) -> Any:
        """Return the value of a node, or None where there is none."""
        value = self.value
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def written(self, path: NodePath) -> str:
        """Return how the file writes a node."""
        place = self.place(path)
        return self.source.text[place.start : place.end]


def read_source(path: Path) -> Source:
    """Read a file as UTF-8; ManifestError where it is missing, too large or no text."""
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = "is a folder" if path.is_dir() else (error.strerror or "cannot be read").lower()
        remedy = "Name one file in it" if path.is_dir() else "Check its name and rights"
        raise ManifestError([Problem(str(path), 0, 0, reason, remedy)]) from error
    try:
        return Source(str(path), content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        problem = Problem(str(path), 0, 0, "is not UTF-8 text", "Save it as UTF-8")
        raise ManifestError([problem]) from error


def load_documents(source: Source) -> list[Document]:
    """Return the documents of a source that are not empty; ManifestError with all problems."""
    if len(source.text.encode()) > MAX_BYTES:
        problem = Problem(
            source.path, 0, 0, f"is larger than {MAX_BYTES} bytes", "Split it into several files"
        )
        raise ManifestError([problem])
    problems: list[Problem] = []
    documents = [_document(source, node, problems) for node in _nodes(source)]
    if problems:
        raise ManifestError(problems)
    return [document for document in documents if document.value is not None]


def _nodes(source: Source) -> Iterator[yaml.Node]:
    composer = _Composer(source.text)
    try:
        _bound_depth(source)
        while composer.check_node():
            yield composer.get_node()
    except yaml.MarkedYAMLError as error:
        raise ManifestError([explain(source, error)]) from error
    except yaml.reader.ReaderError as error:
        start = min(max(error.position, 0), len(source.text))
        remedy = "Take it out; an editor shows it as a box or a blank"
        problem = source.problem(start, start + 1, "a character that no text has", remedy)
        raise ManifestError([problem]) from error
    finally:
        composer.dispose()


def _bound_depth(source: Source) -> None:
    """Look at the nesting before anything recursive does."""
    depth = 0
    for event in yaml.parse(source.text, Loader=_Parser):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            line = event.start_mark.line + 1 if event.start_mark else 0
            message = f"is nested deeper than {MAX_DEPTH}"
            raise ManifestError([Problem(source.path, line, 0, message, "Write it flatter")])


def _document(source: Source, node: yaml.Node, problems: list[Problem]) -> Document:
    builder = _Builder(source, problems)
    value = builder.build(node, ())
    return Document(value, source, builder.values, builder.keys)


class _Builder:
    """Turns nodes into values, noting places and collecting problems."""

    def __init__(self, source: Source, problems: list[Problem]) -> None:
        self.source = source
        self.problems = problems
        self.values: dict[NodePath, Place] = {}
        self.keys: dict[NodePath, Place] = {}
        self._open: set[int] = set()
        self._built = 0

    def build(self, node: yaml.Node, path: NodePath) -> Any:
        self.values[path] = self._place(node)
        self._built += 1
        if self._built > MAX_NODES:
            raise ManifestError([self._found(node, "aliases expand to too much", "Write it out")])
        if id(node) in self._open:
            message = "the anchor's own value has its alias in it"
            raise ManifestError([self._found(node, message, "Write it out")])
        if node.tag:
            self._refuse(node, f"the tag {node.tag} has no meaning here", "Take the tag out")
        self._open.add(id(node))
        value = self._value(node, path)
        self._open.discard(id(node))
        return value

    def _value(self, node: yaml.Node, path: NodePath) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            self._check_commas(node)
            return [self.build(child, (*path, n)) for n, child in enumerate(node.value)]
        return self._scalar(node)

    def _scalar(self, node: yaml.Node) -> Any:
        if not isinstance(node, yaml.ScalarNode) or node.style:
            return node.value
        value = read_plain(node.value)
        if isinstance(value, float) and not math.isfinite(value):
            self._refuse(node, f"{node.value} is no number that can be traded with", "Quote it")
        return value

    def _mapping(self, node: yaml.MappingNode, path: NodePath) -> dict[str, Any]:
        self._check_commas(node)
        found: dict[str, Any] = {}
        written: set[str] = set()
        for key_node, value_node in node.value:
            if key_node.value == "<<" and not key_node.style:
                found.update(self._merged(value_node, path))
                continue
            key = self._key(key_node)
            if key is None:
                continue
            if key in written:
                self._refuse(key_node, f"the key '{key}' stands here twice", "Remove one of them")
            written.add(key)
            self.keys[*path, key] = self._place(key_node)
            found[key] = self.build(value_node, (*path, key))
        return found

    def _merged(self, node: yaml.Node, path: NodePath) -> dict[str, Any]:
        parts = node.value if isinstance(node, yaml.SequenceNode) else [node]
        merged: dict[str, Any] = {}
        for part in reversed(parts):
            if isinstance(part, yaml.MappingNode):
                merged.update(self.build(part, path))
            else:
                self._refuse(part, "<< merges maps alone", "Name the anchor of a map")
        return merged

    def _key(self, node: yaml.Node) -> str | None:
        if not isinstance(node, yaml.ScalarNode):
            self._refuse(node, "a key must be a name", "Put the value in quotes")
            return None
        key = node.value if node.style else read_plain(node.value)
        if isinstance(key, bool) or key is None:
            word = "null" if key is None else str(key).lower()
            self._refuse(
                node, f"YAML reads the key {node.value or '(empty)'} as {word}",
                f'Write "{node.value}" in quotes, or choose a longer name',
            )  # fmt: skip
            return None
        return str(key)

    def _check_commas(self, node: yaml.Node) -> None:
        if getattr(node, "flow_style", False) and (cut := cut_by_comma(self.source, node)):
            raise ManifestError([cut])

    def _place(self, node: yaml.Node) -> Place:
        start, end = node.start_mark, node.end_mark
        return Place(
            self.source.offset(start.line, start.column),
            self.source.offset(end.line, end.column),
            getattr(node, "style", None) or "",
        )

    def _found(self, node: yaml.Node, message: str, remedy: str) -> Problem:
        place = self._place(node)
        return self.source.problem(place.start, place.end, message, remedy)

    def _refuse(self, node: yaml.Node, message: str, remedy: str) -> None:
        self.problems.append(self._found(node, message, remedy))
