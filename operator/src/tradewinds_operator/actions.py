"""What a reconcile may ask for. Each is idempotent and is left undone when nothing differs.

The order of a list is the order of execution; the first that fails ends the turn, and the next turn
starts again from what is there. Events are no action: one is written when a condition changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tradewinds_operator.world import Ref, Resource
from tradewinds_store.records import Task


@dataclass(frozen=True, slots=True)
class Apply:
    """A child as it should be, whole: created, then by server-side apply; see `children.child`.

    One that `can_wait`, since nothing runs by it, is written when others had their turn.
    """

    resource: Resource
    can_wait: bool = False


@dataclass(frozen=True, slots=True)
class Delete:
    """An object that should be gone, if it is still the one with this uid."""

    ref: Ref
    uid: str


@dataclass(frozen=True, slots=True)
class Finalizer:
    """Whether one of our finalizers stands on a resource of ours."""

    ref: Ref
    name: str
    present: bool


@dataclass(frozen=True, slots=True)
class SetStatus:
    """The whole status of a resource; `conditions` without times, see `conditions.condition`."""

    ref: Ref
    status: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Enqueue:
    """A backtest that a worker should answer; a generation that is there already stays as it is."""

    task: Task


@dataclass(frozen=True, slots=True)
class Cancel:
    """The tasks of a Backtest that nobody wants answered any more."""

    uid: str


@dataclass(frozen=True, slots=True)
class Again:
    """Look again after so many seconds, whatever happens in between."""

    seconds: float


Action = Apply | Delete | Finalizer | SetStatus | Enqueue | Cancel | Again
