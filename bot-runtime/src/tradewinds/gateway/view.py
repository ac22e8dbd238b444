"""What the gateway sees of the world: Strategies, halts, feeds and its own account.

The gateway believes no bot, it looks for itself: here in a folder, on a cluster at the API server.
A view is a snapshot, whether it is complete, and its age; policies are read from it alone.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Protocol

from tradewinds.gateway.core.commands import HaltObject
from tradewinds.gateway.core.policy import Mode, OnDelete, Policy, Wish
from tradewinds.process.exits import InputError
from tradewinds.process.objects import Object, parse_object
from tradewinds_crds.placement import effective_mode, feed_for
from tradewinds_crds.support import unsupported

OLDEST: Final = 30.0  # seconds: with an older view nothing new is opened


class StrategyView(Protocol):
    """A source of views."""

    def snapshot(self) -> "View":
        """Return the newest view."""

    def age(self) -> float:
        """Return the seconds since the source was last seen to answer."""

    async def follow(self, changed: Callable[[], Awaitable[None]]) -> None:
        """Keep the snapshot new and call `changed` after each change, until cancelled."""


@dataclass(frozen=True)
class View:
    """All objects at one moment, as far as they concern one account."""

    account: Object
    objects: tuple[Object, ...] = ()
    complete: bool = False
    policies: Mapping[str, Policy] = field(init=False)

    def __post_init__(self) -> None:
        policies = {uid: self._policy(one) for uid, one in self.strategies.items()}
        object.__setattr__(self, "policies", policies)

    @cached_property
    def strategies(self) -> Mapping[str, Object]:
        """The Strategies of this account, by uid."""
        return {one.uid: one for one in self._of("Strategy") if self._is_mine(one)}

    @cached_property
    def costs(self) -> Mapping[str, Any]:
        """What trading on paper costs, as the newest object of the account says."""
        newest = next((one for one in self._of("ExchangeAccount") if self._is_me(one)), None)
        paper = (newest or self.account).spec.get("paper") or {}
        costs: Mapping[str, Any] = paper.get("costs") or {}
        return costs

    @cached_property
    def halts(self) -> tuple[HaltObject, ...]:
        """All halts, whomever they select."""
        return tuple(_halt(one) for one in self._of("TradingHalt"))

    def policy(self, uid: str) -> Policy:
        """Return what the view says of a Strategy; a policy that is not `known` if nothing."""
        known = self.policies.get(uid)
        return known or Policy(uid, complete=self.complete, account=self.account.name)

    def bars(self, strategy: Object) -> str | None:
        """Return where a Strategy's bars are served; None while nobody says so."""
        return strategy.extra.get("bars")

    def feed(self, strategy: Object) -> Object | None:
        """Return the feed that a Strategy follows: the first by name that has all it trades."""
        feeds = {feed.name: feed for feed in self._of("MarketFeed")}
        specs = ((name, feed.spec) for name, feed in feeds.items())
        name = feed_for(strategy.spec, self.account.spec, specs)
        return None if name is None else feeds[name]

    def _of(self, kind: str) -> Iterable[Object]:
        return (one for one in self.objects if one.kind == kind)

    def _is_me(self, one: Object) -> bool:
        return (one.namespace, one.name) == (self.account.namespace, self.account.name)

    def _is_mine(self, one: Object) -> bool:
        named = one.spec.get("accountRef", {}).get("name")
        return (one.namespace, named) == (self.account.namespace, self.account.name)

    def _policy(self, one: Object) -> Policy:
        spec = one.spec
        mode = self._mode(spec.get("stage", Mode.PAPER))
        executed = {**spec, "stage": mode} if mode is not Mode.LIVE else {**spec, "stage": "Paper"}
        return Policy(
            uid=one.uid,
            known=True,
            complete=self.complete,
            name=one.name,
            namespace=one.namespace,
            account=self.account.name,
            labels=one.labels,
            generation=one.generation,
            symbols=frozenset(spec["symbols"]),
            mode=mode,
            state=Wish(spec.get("state", Wish.RUNNING)),
            deleted=one.deletion_timestamp is not None,
            on_delete=OnDelete(spec.get("onDelete", OnDelete.RETAIN)),
            unsupported=tuple(unsupported("Strategy", executed)),
            adopt=bool(spec.get("adopt")),
        )

    def _mode(self, stage: str) -> Mode:
        return Mode(effective_mode(stage, self.account.spec.get("environment", "Live")))


def read_for(account: Object, body: Any, subject: str) -> Object:
    """Return an object that the policies of an account can be made from; else `InputError`."""
    try:
        found = parse_object(body, subject=subject)
        _ = View(account, (found,)).halts
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{subject}: {type(error).__name__}: {error}") from error
    return found


def _halt(one: Object) -> HaltObject:
    release = one.spec.get("release")
    return HaltObject(
        name=one.name,
        uid=one.uid,
        reason=one.spec.get("reason", ""),
        selector=dict(one.spec.get("selector") or {}),
        release=(release.get("by", ""), release.get("reason", "")) if release else None,
    )
