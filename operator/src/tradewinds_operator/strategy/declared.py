"""What a spec says, checked once: the hash of its bot, and what is wrong that CEL could not see.

A reconcile asks at each event, and a spec of one generation never changes; so the answer for a
text is remembered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from json import loads
from typing import Any, Final

from pydantic import ValidationError

from tradewinds_crds.canonical import canonical_json
from tradewinds_crds.manifests import canonical_spec
from tradewinds_crds.names import Kind
from tradewinds_crds.placement import template
from tradewinds_crds.rules import mistakes
from tradewinds_operator.obstacles import Obstacle
from tradewinds_operator.specs import refusal

_REMEMBERED: Final = 4096  # specs
_MOST: Final = 8  # mistakes that a message names


@dataclass(frozen=True, slots=True)
class Declared:
    """`template` tells bots apart; `refused` says why none can be made."""

    template: str
    refused: Obstacle | None


def declared(spec: Mapping[str, Any]) -> Declared:
    """Check the spec of a Strategy."""
    return _declared(canonical_json(spec))


@lru_cache(_REMEMBERED)
def _declared(text: str) -> Declared:
    spec = loads(text)
    try:
        whole = canonical_spec(Kind.STRATEGY, spec)
    except ValidationError:
        whole = spec
    refused = refusal({"kind": Kind.STRATEGY, "spec": spec})
    if refused is None:
        refused = _mistakes(whole)
    return Declared(template(whole), refused)


def _mistakes(spec: Mapping[str, Any]) -> Obstacle | None:
    found = [f"spec.{problem}" for problem in mistakes(spec)]
    if not found:
        return None
    more = f"; and {len(found) - _MOST} more" if len(found) > _MOST else ""
    return Obstacle("InvalidRules", "; ".join(found[:_MOST]) + more)
