"""A reference page for each kind: every field with its form, unit, default and sentence."""

import re
from collections.abc import Iterator
from typing import Any, Final

from tradewinds_crds.generate.sentences import models_by_name, sentence, sentences
from tradewinds_crds.models import DEFINITIONS
from tradewinds_crds.models.contract import Model
from tradewinds_crds.models.definition import Definition
from tradewinds_crds.models.schema import Schema, schema_of
from tradewinds_crds.models.strategy import StrategyTemplate
from tradewinds_crds.names import API_VERSION

_HEADER: Final = "<!-- Written by `python -m tradewinds_crds.generate`. Change the models. -->\n"
_SAID: Final = re.compile(r" \(default: (.*)\)(?=\.$)")
_TABLE: Final = "| Field | Form | Unit | Default | |\n|---|---|---|---|---|"


def index_text() -> str:
    """Return the page that leads to the others."""
    lines = [
        "# Reference",
        "",
        f"Five kinds, all of `{API_VERSION}`. Scalars carry their unit, unquoted: `10000 USDT`,",
        "`25%`, `2R`, `30d`, `3 bars`, `5..50 step 5`. Times are UTC.",
        "",
        "| Kind | Short | |",
        "|---|---|---|",
    ]
    for definition in DEFINITIONS.values():
        names = definition.names
        link = f"[{names.kind.value}]({names.singular}.md)"
        lines.append(f"| {link} | `{names.short}` | {definition.sentence} |")
    lines += [
        "",
        "The figures of `acceptance` and `objective` are [metrics](metrics.md).",
        "The words of rules are [indicators](indicators.md).",
        "Strategies that come with Tradewinds are in the [library](library.md).",
    ]
    return _HEADER + "\n".join(lines) + "\n"


def page_text(definition: Definition) -> str:
    """Return a kind's page."""
    names = definition.names
    scope = "a namespace" if names.namespaced else "the cluster"
    lines = [
        f"# {names.kind.value}",
        "",
        definition.sentence,
        "",
        f"`{names.plural}.{API_VERSION}`, short name `{names.short}`, of {scope}.",
        f"`kubectl get {names.short}` shows {', '.join(c.name for c in definition.columns)}.",
    ]
    if definition.selectable:
        paths = ", ".join(f"`{path.removeprefix('.')}`" for path in definition.selectable)
        lines.append(f"Field selectors: {paths}.")
    lines += _sections("spec", definition.spec)
    lines += _sections("status", definition.status)
    return _HEADER + "\n".join(lines) + "\n"


def _sections(path: str, model: type[Model]) -> Iterator[str]:
    waiting = [(path, schema_of(model))]
    while waiting:
        path, node = waiting.pop(0)
        model = models_by_name()[node["x-model"]]
        yield from ("", f"## {path}", "", sentence(model), "")
        if model is StrategyTemplate:
            yield "The fields are those of a [Strategy](strategy.md); accountRef may be left out."
            continue
        yield _TABLE
        for name, child in node["properties"].items():
            yield _row(name, child, sentences(model)[name], needed=name in node.get("required", ()))
            waiting += _below(f"{path}.{name}", child)
        yield from _rules(model)


def _rules(model: type[Model]) -> Iterator[str]:
    if model.contract:
        yield from ("", "Refused:", "")
        yield from (f"- {bound.rule.text}." for bound in model.contract)


def _below(path: str, node: Schema) -> list[tuple[str, Schema]]:
    if "x-model" in node:
        return [(path, node)]
    items = node.get("items", {})
    return [(f"{path}[]", items)] if "x-model" in items else []


def _row(name: str, node: Schema, text: str, *, needed: bool) -> str:
    said = _SAID.search(text)
    default = "**required**" if needed else _default(node.get("default"))
    cells = (
        f"`{name}`",
        _form(node),
        _unit(node),
        default or (said.group(1) if said else ""),
        _SAID.sub("", text),
    )
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _default(value: Any) -> str:
    if value is None or value in ([], {}):
        return ""
    if isinstance(value, dict):
        return "see below"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _unit(node: Schema) -> str:
    inner = node.get("items") or node.get("additionalProperties") or node
    return str(inner.get("x-unit", "")) if isinstance(inner, dict) else ""


def _form(node: Schema) -> str:
    if "enum" in node:
        return ", ".join(f"`{word}`" for word in node["enum"])
    if node.get("type") == "array":
        return f"list of up to {node.get('maxItems')}: {_form(node['items'])}"
    if isinstance(node.get("additionalProperties"), dict):
        inner = _form(node["additionalProperties"])
        return f"map of up to {node.get('maxProperties')}: {inner}"
    if "x-form" in node:
        return str(node["x-form"])
    if node.get("type") == "integer":
        return f"whole number{_bounds(node)}"
    return {"object": "fields", "boolean": "`true`, `false`"}.get(str(node.get("type")), "text")


def _bounds(node: Schema) -> str:
    low, high = node.get("minimum"), node.get("maximum")
    return f", {low} to {high}" if high is not None else ""
