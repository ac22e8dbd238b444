"""A kind's CustomResourceDefinition: structural schema, CEL, columns, selectors.

The schema is the models' own, reduced to what Kubernetes knows. Rules become
`x-kubernetes-validations`; lists are atomic unless the model says otherwise, so that two managers
never mix the entries of one list.
"""

from typing import Any, Final

import yaml

from tradewinds_crds.generate.sentences import models_by_name, sentence, sentences
from tradewinds_crds.models.contract import Model, Rule
from tradewinds_crds.models.definition import Column, Definition
from tradewinds_crds.models.schema import Schema, schema_of
from tradewinds_crds.names import CATEGORY, GROUP, VERSION

_KEPT: Final[tuple[str, ...]] = (
    "type", "format", "enum", "pattern", "minLength", "maxLength", "minimum", "maximum",
    "minItems", "maxItems", "maxProperties", "x-kubernetes-list-type",
    "x-kubernetes-list-map-keys",
)  # fmt: skip
_NAME_RULE: Final = {
    "rule": "self.metadata.name.matches('^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$')",
    "message": "metadata.name takes up to 40 small letters, digits and '-', "
    "a letter or digit first and last",
}
_HEADER: Final = "# Written by `python -m tradewinds_crds.generate`. Change the models.\n"


def crd_text(definition: Definition) -> str:
    """Return the kind's CRD as YAML."""
    body = yaml.safe_dump(crd(definition), sort_keys=False, allow_unicode=True, width=100)
    return _HEADER + str(body)


def crd(definition: Definition) -> dict[str, Any]:
    """Return the kind's CRD."""
    names = definition.names
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": names.crd},
        "spec": {
            "group": GROUP,
            "scope": "Namespaced" if names.namespaced else "Cluster",
            "names": {
                "kind": names.kind.value,
                "listKind": f"{names.kind.value}List",
                "plural": names.plural,
                "singular": names.singular,
                "shortNames": [names.short],
                "categories": [CATEGORY],
            },
            "versions": [_version(definition)],
        },
    }


def _version(definition: Definition) -> dict[str, Any]:
    version: dict[str, Any] = {
        "name": VERSION,
        "served": True,
        "storage": True,
        "subresources": {"status": {}},
        "additionalPrinterColumns": [_column(column) for column in definition.columns],
    }
    if definition.selectable:
        version["selectableFields"] = [{"jsonPath": path} for path in definition.selectable]
    version["schema"] = {"openAPIV3Schema": _root(definition)}
    return version


def _column(column: Column) -> dict[str, Any]:
    shown: dict[str, Any] = {"name": column.name, "type": column.type, "jsonPath": column.path}
    if column.priority:
        shown["priority"] = column.priority
    if column.description:
        shown["description"] = column.description
    return shown


def _root(definition: Definition) -> Schema:
    return {
        "type": "object",
        "description": definition.sentence,
        "required": ["spec"],
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"type": "object"},
            "spec": {**structural(definition.spec), "description": sentence(definition.spec)},
            "status": {**structural(definition.status), "description": sentence(definition.status)},
        },
        "x-kubernetes-validations": [_NAME_RULE],
    }


def structural(model: type[Model]) -> Schema:
    """Return a model's schema as Kubernetes takes it."""
    return _node(schema_of(model))


def _node(node: Schema) -> Schema:
    kept: Schema = {key: node[key] for key in _KEPT if key in node}
    if node.get("type") == "array":
        kept.setdefault("x-kubernetes-list-type", "atomic")
        kept["items"] = _node(node["items"])
    if isinstance(node.get("additionalProperties"), dict):
        kept["additionalProperties"] = _node(node["additionalProperties"])
    if "x-model" in node:
        kept |= _object(node)
    return kept


def _object(node: Schema) -> Schema:
    model = models_by_name()[node["x-model"]]
    texts = sentences(model)
    found: Schema = {}
    if node.get("required"):
        found["required"] = node["required"]
    found["properties"] = {
        name: {"description": texts[name], **_node(child), **_default(child)}
        for name, child in node["properties"].items()
    }
    rules = [_validation(bound.rule) for bound in model.contract]
    if rules:
        found["x-kubernetes-validations"] = rules
    return found


def _default(node: Schema) -> Schema:
    default = node.get("default")
    if default is None or default in ([], {}):
        return {}
    return {"default": {} if isinstance(default, dict) else default}


def _validation(rule: Rule) -> dict[str, str]:
    stated = {"rule": rule.cel, "message": rule.text}
    return {**stated, "fieldPath": f".{rule.at}"} if rule.at else stated
