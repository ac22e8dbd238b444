"""What the gateway's own view says of a Strategy at the moment of a command.

The gateway believes no bot: state, stage, halts and deletion come from the view, and travel with
each command, so that the core stays a function of its arguments.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tradewinds.gateway.core.state import Denial

Verdict = tuple[Denial, str]


class Mode(StrEnum):
    """The effective stage: the weaker of the Strategy's stage and the account's environment."""

    SHADOW = "Shadow"
    PAPER = "Paper"
    LIVE = "Live"


class Wish(StrEnum):
    """The Strategy's `state`."""

    RUNNING = "Running"
    PAUSED = "Paused"
    STOPPED = "Stopped"


class OnDelete(StrEnum):
    """What is left to do for a Strategy that is being deleted."""

    RETAIN = "Retain"
    CANCEL_ORDERS = "CancelOrders"
    FLATTEN = "Flatten"


@dataclass(frozen=True, slots=True)
class Policy:
    """A Strategy in the view. `known` is False when the view does not have it."""

    uid: str
    known: bool = False
    complete: bool = False  # the whole view was seen at least once
    fresh: bool = False  # and a short time ago
    name: str = ""
    namespace: str = "default"
    account: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    generation: int = 0
    symbols: frozenset[str] = frozenset()
    mode: Mode = Mode.PAPER
    state: Wish = Wish.RUNNING
    deleted: bool = False
    on_delete: OnDelete = OnDelete.RETAIN
    unsupported: tuple[str, ...] = ()
    adopt: bool = False

    @property
    def subject(self) -> str:
        return f"Strategy {self.name or self.uid}"

    @property
    def follows(self) -> bool:
        """Whether a bot should be deciding for it: a replay waits for such a one."""
        runs = self.state is not Wish.STOPPED and self.mode is not Mode.LIVE
        return self.known and runs and not self.deleted and not self.unsupported


def opening_denial(policy: Policy) -> Verdict | None:
    """Return why nothing may be opened, halts aside; None when it may."""
    subject = policy.subject
    if not policy.complete:
        return Denial.VIEW_INCOMPLETE, f"{subject}: the gateway has not yet seen all objects"
    if not policy.fresh:
        return Denial.VIEW_INCOMPLETE, f"{subject}: the gateway's view of the objects is too old"
    if not policy.known:
        return Denial.STOPPED, f"{subject} was removed"
    if policy.deleted:
        return Denial.STOPPED, f"{subject} is being deleted"
    if policy.mode is Mode.LIVE:
        return Denial.UNSUPPORTED, f"{subject}: stage Live is not executed yet; use Paper"
    if policy.unsupported:
        return Denial.UNSUPPORTED, f"{subject}: {policy.unsupported[0]}"
    if policy.mode is Mode.SHADOW:
        return Denial.SHADOW, f"{subject}: stage Shadow decides and orders nothing"
    if policy.state is Wish.STOPPED:
        return Denial.STOPPED, f"{subject} is Stopped"
    if policy.state is Wish.PAUSED:
        return Denial.PAUSED, f"{subject} is Paused"
    return None
