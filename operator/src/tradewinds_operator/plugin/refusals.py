"""From what `kubectl` says when it fails to what a person can do about it."""

import re
from typing import Final

from tradewinds_operator.plugin.errors import DeskError, ForbiddenError, InputError, MissingError

_FORBIDDEN: Final = re.compile(
    r'User "(?P<user>[^"]*)" cannot (?P<verb>[a-z]+) resource "(?P<resource>[^"]+)" '
    r'in API group "(?P<group>[^"]*)"(?: in the namespace "(?P<namespace>[^"]+)")?'
)
_NO_KIND: Final = re.compile(
    r"""server doesn't have a resource type "(?P<kind>[^"]+)"|"""
    r"""no matches for kind "(?P<other>[^"]+)" in version"""
)
_MISSING: Final = re.compile(r'\(NotFound\): (?P<plural>[a-z.]+) "(?P<name>[^"]+)" not found')


def refusal(said: str) -> DeskError:
    """Return the error for what `kubectl` wrote on standard error."""
    if found := _FORBIDDEN.search(said):
        return ForbiddenError(_right(found))
    if found := _NO_KIND.search(said):
        kind = found["kind"] or found["other"]
        return InputError(
            f"Tradewinds is not installed in this cluster: it has no {kind}. "
            "Install the chart (helm install tradewinds charts/tradewinds), "
            "or choose another cluster: --context NAME"
        )
    if found := _MISSING.search(said):
        kind = found["plural"].partition(".")[0]
        return MissingError(
            f"There is no {found['name']!r} among the {kind} there. "
            f"See: kubectl get {kind}, or say where: -n NAMESPACE"
        )
    return DeskError(said.removeprefix("error: ").removeprefix("Error from server ") or "no answer")


def _right(found: re.Match[str]) -> str:
    resource = found["resource"] + (f".{found['group']}" if found["group"] else "")
    where = f"-n {found['namespace']}" if found["namespace"] else "-A"
    place = f"in namespace {found['namespace']}" if found["namespace"] else "in the whole cluster"
    plain, _, part = resource.partition("/")
    sub = f" --subresource={part}" if part else ""
    return (
        f"{found['user']} may not {found['verb']} {resource} {place}. Whoever gives rights here "
        f"can; to check: kubectl auth can-i {found['verb']} {plain}{sub} {where}"
    )
