"""The parts of status that every kind has: conditions in Kubernetes' own form.

`Ready` says whether the thing does what its spec asks; `Stalled`, that a person must act;
`Reconciling`, that the operator is at it. There is no phase: tools wait on conditions.
"""

from typing import Annotated, Literal

from pydantic import Field

from tradewinds_crds.models.contract import Model
from tradewinds_crds.models.units import Identifier


class Condition(Model):
    """One statement about a resource, with its reason."""

    type: Identifier
    """What is stated, such as Ready."""
    status: Literal["True", "False", "Unknown"]
    """Whether it holds."""
    reason: Annotated[Identifier, Field(max_length=128)]
    """One word for why, in camel case; it is what the column REASON shows."""
    message: Annotated[str, Field(max_length=2048)] = ""
    """A sentence for a person, with the remedy if there is one."""
    last_transition_time: Annotated[str, Field(json_schema_extra={"format": "date-time"})]
    """When `status` last changed."""
    observed_generation: int | None = None
    """The generation of the spec that this is about."""


class Status(Model):
    """What the operator last observed; it holds nothing that changes with the market."""

    observed_generation: int | None = None
    """The generation of the spec that this status is about."""
    conditions: Annotated[
        list[Condition],
        Field(
            max_length=16,
            json_schema_extra={
                "x-kubernetes-list-type": "map",
                "x-kubernetes-list-map-keys": ["type"],
            },
        ),
    ] = []
    """Statements such as Ready, Stalled and Reconciling, one of each type."""
