"""Whom a change concerns: the resources that must be looked at again. Pure.

A child concerns its owner. A resource concerns itself, and others of its namespace only when
something changed that they look at: that it came, went or is another one, its spec, and for
accounts and feeds what their conditions say.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tradewinds_crds.names import (
    KINDS,
    LABEL_ACCOUNT,
    LABEL_BACKTEST,
    LABEL_FEED,
    LABEL_STRATEGY,
    Kind,
)
from tradewinds_crds.question import strategies_of
from tradewinds_operator.cache import Change
from tradewinds_operator.watched import WATCHED
from tradewinds_operator.world import Ref, Resource, Shelf, ref_of

_LABELS: Final = {
    LABEL_STRATEGY: Kind.STRATEGY,
    LABEL_ACCOUNT: Kind.EXCHANGE_ACCOUNT,
    LABEL_FEED: Kind.MARKET_FEED,
    LABEL_BACKTEST: Kind.BACKTEST,
}


def affected(change: Change, resources: Mapping[str, Shelf]) -> set[Ref]:
    """Return the resources to be looked at after a change, among those that are there."""
    latest = change.latest
    ref = ref_of(latest)
    if not WATCHED[ref.kind].ours:
        return set(_owners(latest, resources))
    if change.before is not None and _essence(change.before) == _essence(change.after):
        return {ref}
    return {ref, *_neighbours(ref, latest, resources)}


def _owners(child: Resource, resources: Mapping[str, Shelf]) -> Iterator[Ref]:
    metadata = child["metadata"]
    namespace = metadata.get("namespace", "")
    if child["kind"] == "Event":
        about = child.get("involvedObject", {})
        shelf = resources.get(about.get("kind", ""), {}).get(namespace, {})
        subject = shelf.get(about.get("name", ""))
        if subject is not None and not WATCHED[subject["kind"]].ours:
            yield from _owners(subject, resources)
        return
    named = [
        Ref(one["kind"], namespace, one["name"])
        for one in metadata.get("ownerReferences", [])
        if one["kind"] in KINDS
    ]
    labels = metadata.get("labels", {})
    labelled = [
        Ref(kind, namespace, labels[label]) for label, kind in _LABELS.items() if label in labels
    ]
    yield from named or labelled


def _neighbours(ref: Ref, latest: Resource, resources: Mapping[str, Shelf]) -> Iterator[Ref]:
    place = ref.namespace
    match ref.kind:
        case Kind.STRATEGY:
            yield Ref(Kind.EXCHANGE_ACCOUNT, place, latest["spec"]["accountRef"]["name"])
            yield from map(ref_of, _all(Kind.MARKET_FEED, place, resources))
            yield from _backtests_of({ref}, place, resources)
        case Kind.EXCHANGE_ACCOUNT:
            mine = _strategies_of(ref, resources)
            yield from mine
            yield from _backtests_of(mine, place, resources)
            yield from map(ref_of, _all(Kind.MARKET_FEED, place, resources))
            yield from map(ref_of, _all(Kind.TRADING_HALT, None, resources))
        case Kind.MARKET_FEED:
            yield from map(ref_of, _all(Kind.STRATEGY, place, resources))


def _strategies_of(account: Ref, resources: Mapping[str, Shelf]) -> set[Ref]:
    strategies = _all(Kind.STRATEGY, account.namespace, resources)
    return {ref_of(one) for one in strategies if one["spec"]["accountRef"]["name"] == account.name}


def _backtests_of(
    strategies: set[Ref], namespace: str, resources: Mapping[str, Shelf]
) -> Iterator[Ref]:
    for backtest in _all(Kind.BACKTEST, namespace, resources):
        named = strategies_of(backtest["spec"])
        if any(Ref(Kind.STRATEGY, namespace, name) in strategies for name in named):
            yield ref_of(backtest)


def _all(kind: str, namespace: str | None, resources: Mapping[str, Shelf]) -> Iterator[Resource]:
    shelf = resources.get(kind, {})
    for place in shelf if namespace is None else [namespace]:
        yield from shelf.get(place, {}).values()


def _essence(resource: Resource | None) -> Any:
    if resource is None:
        return None
    metadata = resource["metadata"]
    essence = [metadata["uid"], metadata.get("generation"), metadata.get("deletionTimestamp")]
    if resource["kind"] in (Kind.EXCHANGE_ACCOUNT, Kind.MARKET_FEED):
        conditions = resource.get("status", {}).get("conditions", [])
        essence += [(one["type"], one["status"], one["reason"]) for one in conditions]
    return essence
