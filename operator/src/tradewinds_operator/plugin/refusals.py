"""From what `kubectl` says when it fails to what a person can do about it."""

import re
from typing import Final

from tradewinds_crds.names import GROUP, KINDS, Kind
from tradewinds_operator.plugin.errors import DeskError, ForbiddenError, InputError, MissingError

_FORBIDDEN: Final = re.compile(
    r'User "(?P<user>[^"]*)" cannot (?P<verb>[a-z]+) resource "(?P<resource>[^"]+)" '
    r'in API group "(?P<group>[^"]*)"(?: in the namespace "(?P<namespace>[^"]+)")?'
)
_NO_KIND: Final = re.compile(
    r"""server doesn't have a resource type "(?P<kind>[^"]+)"|"""
    r"""no matches for kind "(?P<other>[^"]+)" in version"""
)
_DENIED: Final = " denied request: "  # by one of the chart's policies, whose words follow
_LOG_LINE: Final = re.compile(r"[EIW][0-9]{4} ")  # kubectl's own log, beside what it says
_MISSING: Final = re.compile(r'\(NotFound\): (?P<plural>[a-z.]+) "(?P<name>[^"]+)" not found')


def refusal(said: str) -> DeskError:
    """Return the error for what `kubectl` wrote on standard error."""
    if _DENIED in said:
        return ForbiddenError(said.partition(_DENIED)[2])
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
    words = "\n".join(line for line in said.splitlines() if not _LOG_LINE.match(line))
    return DeskError(words.removeprefix("error: ") or said or "kubectl failed without a word")


def _right(found: re.Match[str]) -> str:
    resource, verb = found["resource"], found["verb"]
    plain, _, part = resource.partition("/")
    whole = plain + (f".{found['group']}" if found["group"] else "")
    where = f"-n {found['namespace']}" if found["namespace"] else "-A"
    place = f"in namespace {found['namespace']}" if found["namespace"] else "in the whole cluster"
    sub = f" --subresource={part}" if part else ""
    return (
        f"{found['user']} may not {verb} {resource} {place}. The chart's ClusterRole "
        f"{_role(plain, found['group'], verb)} may, and can be bound by whoever gives rights here; "
        f"to check: kubectl auth can-i {verb} {whole}{sub} {where}"
    )


def _role(resource: str, group: str, verb: str) -> str:
    """Return the weakest of the chart's roles that has a right."""
    if group != GROUP:
        return "tradewinds-desk"
    if verb in ("get", "list"):
        return "tradewinds-view"
    if resource != KINDS[Kind.TRADING_HALT].plural:
        return "tradewinds-edit"
    return "tradewinds-admin" if verb == "create" else "tradewinds-risk-owner"
