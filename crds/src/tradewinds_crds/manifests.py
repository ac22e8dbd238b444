"""From a file to checked objects: what `validate`, `backtest` and `up` read.

A file may hold several documents, and resources of other groups, which are left alone. All
problems of a file are reported together, each with its line, column and remedy. Pydantic is
loaded here, so whoever only reads canonical JSON does not import this.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from tradewinds_crds.envelope import Envelope, envelopes
from tradewinds_crds.errors import ManifestError, Problem
from tradewinds_crds.loader import Document, NodePath, load_documents, read_source
from tradewinds_crds.models import DEFINITIONS
from tradewinds_crds.models.advice import advise
from tradewinds_crds.models.contract import Model
from tradewinds_crds.names import API_VERSION, DEFAULT_NAMESPACE, KINDS, Kind
from tradewinds_crds.rules import RuleErrors, RuleProblem, check_bracket, check_rules
from tradewinds_crds.rules import with_parameters as override
from tradewinds_crds.rules.library import rules_of
from tradewinds_crds.source import Source

_STEP: Final = re.compile(r"([^.\[\]]+)|\[([0-9]+)\]")


@dataclass(frozen=True, slots=True)
class Manifest:
    """One checked resource: its canonical spec, and where it stands in which file."""

    kind: Kind
    name: str
    namespace: str
    spec: dict[str, Any]
    labels: dict[str, str]
    path: str
    line: int
    warnings: tuple[Problem, ...] = ()
    envelope: Envelope | None = field(default=None, repr=False, compare=False)

    def problem(self, path: str, message: str, remedy: str = "") -> Problem:
        """Return a problem at a field of the spec, such as `bracket.timeStop`."""
        if self.envelope is None:
            return Problem(self.path, self.line, 0, message, remedy)
        return _at_key(self.envelope, ("spec", *_steps(path)), message, remedy)


def load_file(path: str | Path) -> list[Manifest]:
    """Return the checked resources of a file; ManifestError with all its problems."""
    return load_source(read_source(Path(path)))


def load_text(text: str, path: str = "<text>") -> list[Manifest]:
    """Return the checked resources of a text; `path` is what its problems are called by."""
    return load_source(Source(path, text.removeprefix("\ufeff")))


def load_source(source: Source) -> list[Manifest]:
    problems: list[Problem] = []
    manifests: list[Manifest] = []
    for document in load_documents(source):
        for envelope in envelopes(document, problems):
            found = list(_problems(envelope))
            problems += [problem for problem in found if not problem.warning]
            if not problems:
                manifests.append(_manifest(envelope, tuple(found)))
    problems += _twins(manifests)
    if problems:
        raise ManifestError(sorted(problems, key=lambda p: (p.line, p.column)))
    return manifests


def canonical_spec(kind: Kind, spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return a spec with its defaults and without what is not set; ValidationError if wrong."""
    return DEFINITIONS[kind].spec.model_validate(spec).model_dump()


def refused_changes(before: Manifest, after: Manifest) -> list[Problem]:
    """Return what an edit changes that cannot change; such an edit is not to be applied."""
    model = DEFINITIONS[after.kind].spec
    rules = model.model_validate(after.spec).refuses_change_from(model.model_validate(before.spec))
    return [after.problem(rule.at, rule.message, rule.remedy) for rule in rules]


def to_object(manifest: Manifest, uid: str, generation: int) -> dict[str, Any]:
    """Return the resource as the processes read it."""
    metadata: dict[str, Any] = {
        "name": manifest.name,
        "uid": uid,
        "generation": generation,
        "labels": dict(manifest.labels),
    }
    if KINDS[manifest.kind].namespaced:
        metadata["namespace"] = manifest.namespace
    return {
        "apiVersion": API_VERSION,
        "kind": manifest.kind.value,
        "metadata": metadata,
        "spec": manifest.spec,
    }


def _manifest(envelope: Envelope, warnings: tuple[Problem, ...]) -> Manifest:
    return Manifest(
        kind=envelope.kind,
        name=envelope.name,
        namespace=envelope.metadata.get("namespace") or DEFAULT_NAMESPACE,
        spec=canonical_spec(envelope.kind, envelope.spec),
        labels=dict(envelope.metadata.get("labels") or {}),
        path=envelope.document.source.path,
        line=envelope.line,
        warnings=warnings,
        envelope=envelope,
    )


def _problems(envelope: Envelope) -> Iterator[Problem]:
    model = DEFINITIONS[envelope.kind].spec
    wrong: set[str | int] = set()
    try:
        model.model_validate(envelope.spec)
    except ValidationError as error:
        for problem, path in _advised(envelope, model, error):
            wrong.update(path[:1] if envelope.kind is Kind.STRATEGY else path[1:2])
            yield problem
    if not wrong & {"rules", "symbols", "timeframe", "bracket", "parameters"}:
        yield from _rule_problems(envelope)


def _advised(
    envelope: Envelope, model: type[Model], error: ValidationError
) -> Iterator[tuple[Problem, NodePath]]:
    def written(path: NodePath) -> str:
        return envelope.document.written(envelope.within(("spec", *path)))

    for advice in advise(model, error, written):
        place = _at_key if advice.at_key else _at_value
        path = ("spec", *advice.path)
        yield place(envelope, path, advice.message, advice.remedy), advice.path


def _rule_problems(envelope: Envelope) -> Iterator[Problem]:
    inline = envelope.kind is Kind.BACKTEST
    prefix: NodePath = ("spec", "strategy") if inline else ("spec",)
    spec = envelope.spec.get("strategy") if inline else envelope.spec
    needed = ("symbols", "timeframe")  # a missing one is a problem of its own
    if not isinstance(spec, Mapping) or not all(spec.get(name) for name in needed):
        return
    if (rules := rules_of(spec)) is None:
        return
    try:
        checked = check_rules(rules, symbols=spec["symbols"], timeframe=spec["timeframe"])
        checked = override(checked, spec.get("parameters") or {})
        check_bracket(spec.get("bracket"), checked)
    except RuleErrors as error:
        for problem in error.problems:
            yield _in_expression(envelope, (*prefix, *_written(spec, problem)), problem)
    else:
        for problem in checked.warnings:
            path = (*prefix, *_written(spec, problem))
            yield _in_expression(envelope, path, problem, warning=True)


def _in_expression(
    envelope: Envelope, path: NodePath, problem: RuleProblem, *, warning: bool = False
) -> Problem:
    document: Document = envelope.document
    path = envelope.within(path)
    place = document.place(path)
    value = document.value_at(path)
    start, end = place.start, place.end
    if isinstance(value, str) and path in document.values:
        start, end = document.source.within(place, value, problem.column, problem.length)
    return document.source.problem(start, end, problem.message, problem.remedy, warning=warning)


def _at_value(envelope: Envelope, path: NodePath, message: str, remedy: str) -> Problem:
    whole = envelope.within(path)
    document = envelope.document
    if whole not in document.values or not isinstance(document.value_at(whole), dict | list):
        place = document.place(whole) if whole in document.values else None
        if place is not None and place.end > place.start:
            return document.source.problem(place.start, place.end, message, remedy)
    return _at_key(envelope, path, message, remedy)


def _at_key(envelope: Envelope, path: NodePath, message: str, remedy: str) -> Problem:
    document = envelope.document
    whole = envelope.within(path)
    while whole and whole not in document.keys and whole not in document.values:
        whole = whole[:-1]
    place = document.keys.get(whole) or document.place(whole)
    return document.source.problem(place.start, place.end, message, remedy)


def _written(spec: Mapping[str, Any], problem: RuleProblem) -> NodePath:
    """Return where a reader finds what is wrong: of a built-in's own rules, what was said of it."""
    steps = _steps(problem.path)
    if steps[:1] != ("rules",) or "builtin" not in spec:
        return steps
    return ("parameters",) if spec.get("parameters") else ("builtin",)


def _steps(path: str) -> NodePath:
    return tuple(name or int(place) for name, place in _STEP.findall(path))


def _twins(manifests: list[Manifest]) -> Iterator[Problem]:
    seen: set[tuple[Kind, str, str]] = set()
    for manifest in manifests:
        key = (manifest.kind, manifest.namespace, manifest.name)
        if key in seen:
            message = f"{manifest.kind.lower()}/{manifest.name} stands in this file twice"
            yield Problem(manifest.path, manifest.line, 1, message, "Rename one of them")
        seen.add(key)
