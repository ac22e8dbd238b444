"""The JSON schema of a model as one tree: references resolved, optional fields plain.

Both the CRDs and the words of errors are made from it. Keys that begin with `x-` and are not
Kubernetes' own (`x-unit`, `x-form`, `x-model`) are for people and are dropped from a CRD.
"""

from functools import cache
from typing import Any

from tradewinds_crds.models.contract import Model

Schema = dict[str, Any]


@cache
def schema_of(model: type[Model]) -> Schema:
    """Return the model's schema with everything in place and `x-model` at each object."""
    whole = model.model_json_schema(by_alias=True, mode="validation")
    return _resolved(whole, whole.get("$defs", {}))


def node_at(schema: Schema, path: tuple[str | int, ...]) -> Schema:
    """Return the part of a schema that a path leads to, or {} where there is none."""
    for step in path:
        if isinstance(step, int):
            schema = schema.get("items", {})
        else:
            extra = schema.get("additionalProperties")
            beyond = extra if isinstance(extra, dict) else {}
            schema = schema.get("properties", {}).get(step, beyond)
    return schema


def _resolved(node: Schema, definitions: Schema) -> Schema:
    node = _without_null({key: value for key, value in node.items() if key != "$defs"})
    if "$ref" in node:
        name = node["$ref"].rsplit("/", 1)[-1]
        beside = {key: value for key, value in node.items() if key != "$ref"}
        return _resolved({**definitions[name], **beside}, definitions)
    node.pop("description", None)
    if "properties" in node:
        node["x-model"] = node.pop("title")
        node["properties"] = {
            key: _resolved(value, definitions) for key, value in node["properties"].items()
        }
    node.pop("title", None)
    if "const" in node:  # a word that has no other beside it is a choice all the same
        node["enum"] = [node.pop("const")]
    for key in ("items", "additionalProperties"):
        if isinstance(node.get(key), dict):
            node[key] = _resolved(node[key], definitions)
    return node


def _without_null(node: Schema) -> Schema:
    choices = node.pop("anyOf", None)
    if choices is None:
        return node
    (kept,) = (choice for choice in choices if choice.get("type") != "null")
    node.pop("default", None)
    return {**kept, **node}
