"""The cases that Pydantic and the API server both judge, read from `cases/*.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tradewinds_crds.generate.sentences import models_by_name
from tradewinds_crds.loader import load_documents, read_source
from tradewinds_crds.names import API_VERSION, DEFAULT_NAMESPACE, KINDS, Kind

FOLDER: Final = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Case:
    """A rule's name (or what the schema refuses), a good spec and a bad one."""

    kind: Kind
    name: str
    good: dict[str, Any]
    bad: dict[str, Any]
    before: dict[str, Any] | None = None

    def __str__(self) -> str:
        return f"{self.kind}-{self.name}"


def _read() -> dict[Kind, dict[str, Any]]:
    files = (load_documents(read_source(path))[0].value for path in sorted(FOLDER.glob("*.yaml")))
    return {Kind(content["kind"]): content for content in files}


CASES: Final = _read()


def of_rules() -> list[Case]:
    return [
        Case(kind, case["rule"], patched(content["base"], case["good"]), _bad(content, case))
        for kind, content in CASES.items()
        for case in content["cases"]
    ]


def of_forms() -> list[Case]:
    return [
        Case(kind, f"form-{place}", patched(content["base"], case["good"]), _bad(content, case))
        for kind, content in CASES.items()
        for place, case in enumerate(content["forms"])
    ]


def of_updates() -> list[Case]:
    made = []
    for kind, content in CASES.items():
        for case in content["updates"]:
            before = patched(content["base"], case["before"])
            good, bad = patched(before, case["good"]), patched(before, case["bad"])
            made.append(Case(kind, case["rule"], good, bad, before))
    return made


def of_unknown_fields() -> list[Case]:
    return [
        Case(kind, f"unknown-{place}", content["base"], patched(content["base"], patch))
        for kind, content in CASES.items()
        for place, patch in enumerate(content["unknown"])
    ]


def patched(base: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Return a JSON merge patch's outcome: maps are merged, null takes out."""
    merged = dict(base)
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, Mapping):
            below = merged.get(key)
            merged[key] = patched(below if isinstance(below, Mapping) else {}, value)
        else:
            merged[key] = value
    return merged


def manifest(kind: Kind, spec: Mapping[str, Any], name: str = "case") -> dict[str, Any]:
    metadata = {"name": name}
    if KINDS[kind].namespaced:
        metadata["namespace"] = DEFAULT_NAMESPACE
    return {"apiVersion": API_VERSION, "kind": kind.value, "metadata": metadata, "spec": spec}


def url(kind: Kind, name: str = "") -> str:
    """Return the API server's path of a kind's objects, or of one of them."""
    namespace = f"/namespaces/{DEFAULT_NAMESPACE}" if KINDS[kind].namespaced else ""
    return f"/apis/{API_VERSION}{namespace}/{KINDS[kind].plural}" + (f"/{name}" if name else "")


def rules_by_name() -> dict[str, str]:
    """Return the text of every rule of the models by `Model.rule`."""
    found: dict[str, str] = {}
    for model in models_by_name().values():
        for bound in model.contract:
            if bound.rule.name in vars(model):
                found[f"{model.__name__}.{bound.rule.name}"] = bound.rule.text
    return found


def _bad(content: Mapping[str, Any], case: Mapping[str, Any]) -> dict[str, Any]:
    return patched(content["base"], case["bad"])
