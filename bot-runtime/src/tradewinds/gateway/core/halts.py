"""Halts latch: what was seen once holds until a person releases it.

A halt object that vanishes, or is edited to reach less far, frees nobody. It reaches whom its
selectors match now and everybody it has reached before, so a label taken off a Strategy frees it
as little as a deleted file.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tradewinds.gateway.core.commands import HaltObject, ViewChanged
from tradewinds.gateway.core.events import HaltReleased, HaltSeen
from tradewinds.gateway.core.policy import Policy
from tradewinds.gateway.core.state import Halt, State
from tradewinds_crds.selection import selects


def halted_by(state: State, policy: Policy) -> list[str]:
    """Return the names of the active halts that stop a Strategy, sorted."""
    return sorted(
        halt.name
        for halt in state.halts.values()
        if halt.active and (policy.uid in halt.strategies or _reaches(halt, policy))
    )


def halt_events(state: State, command: ViewChanged) -> Iterator[HaltSeen | HaltReleased]:
    """Yield what the halts of a view change: new ones, ones that reach further, releases."""
    seen = {halt.name: halt for halt in command.halts}
    for name in sorted(seen):
        yield from _of_object(seen[name], state.halts.get(name), command)
    for name, halt in sorted(state.halts.items()):
        if halt.active and name not in seen:
            yield from _further(halt, halt.selectors[-1], command)


def _of_object(
    found: HaltObject, known: Halt | None, command: ViewChanged
) -> Iterator[HaltSeen | HaltReleased]:
    active = known is not None and known.active
    if found.release is not None:
        if active:
            by, why = found.release
            yield HaltReleased(
                time=command.now, strategy="", name=found.name, uid=found.uid, by=by, why=why
            )
    elif known is not None and active:
        yield from _further(known, found.selector, command)
    else:
        yield HaltSeen(
            time=command.now,
            strategy="",
            name=found.name,
            uid=found.uid,
            reason=found.reason,
            selector=found.selector,
            strategies=tuple(sorted(_selected(found.selector, command))),
        )


def _further(halt: Halt, selector: dict[str, Any], command: ViewChanged) -> Iterator[HaltSeen]:
    reached = {uid for uid, policy in command.policies.items() if _reaches(halt, policy)}
    new = (reached | _selected(selector, command)) - halt.strategies
    if new or selector not in halt.selectors:
        yield HaltSeen(
            time=command.now,
            strategy="",
            name=halt.name,
            uid=halt.uid,
            reason=halt.reason,
            selector=selector,
            strategies=tuple(sorted(new)),
        )


def _selected(selector: Mapping[str, Any], command: ViewChanged) -> set[str]:
    return {uid for uid, policy in command.policies.items() if selects(selector, policy)}


def _reaches(halt: Halt, policy: Policy) -> bool:
    return any(selects(selector, policy) for selector in halt.selectors)
