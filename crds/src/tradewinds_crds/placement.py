"""Who runs what, and when an edit takes over: the same on a laptop and on a cluster.

`up`, the operator and the gateway each ask here, so that none of them places a Strategy otherwise
than the next. Pure functions of specs; no Pydantic, since a gateway asks too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tradewinds_crds.canonical import digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# What acts in the gateway through its view of the Strategy; a change needs no new bot.
ACTS_IN_GATEWAY: Final = frozenset({"state", "stage", "updatePolicy", "onDelete"})
DELETE_DEADLINE: Final = 300.0  # seconds that a deletion waits for its gateway, unless said
_WEAKEST_FIRST: Final = ("Shadow", "Paper", "Live")


def template(spec: Mapping[str, Any], modules: Mapping[str, str] | None = None) -> str:
    """Return the hash of what makes a new bot: modules and spec, less what acts in the gateway."""
    kept = {name: value for name, value in spec.items() if name not in ACTS_IN_GATEWAY}
    if "adopt" in kept:  # it acts when a Strategy begins, so an edit of it makes no new bot
        kept["adopt"] = False
    return digest([kept, modules] if modules else kept)


def effective_mode(stage: str, environment: str) -> str:
    """Return the weaker of a Strategy's stage and its account's environment."""
    most = "Paper" if environment == "Paper" else "Live"
    return min(stage, most, key=_WEAKEST_FIRST.index)


def exchange_of(feed: Mapping[str, Any]) -> str | None:
    """Return the exchange whose bars the spec of a MarketFeed is about."""
    replay, exchange = feed.get("replay") or {}, feed.get("exchange") or {}
    return replay.get("exchange") or exchange.get("name")


def feed_for(
    strategy: Mapping[str, Any],
    account: Mapping[str, Any],
    feeds: Iterable[tuple[str, Mapping[str, Any]]],
) -> str | None:
    """Return the feed that a Strategy follows: the first by name that has all it trades.

    Specs of the Strategy and its account, and the name and spec of each feed beside them.
    """
    return next(iter(feeds_for(strategy, account, feeds)), None)


def feeds_for(
    strategy: Mapping[str, Any],
    account: Mapping[str, Any],
    feeds: Iterable[tuple[str, Mapping[str, Any]]],
) -> list[str]:
    """Return every feed that has all that a Strategy trades; the first of them serves."""
    exchange = account["exchange"]
    return sorted(name for name, feed in feeds if _has_all(feed, strategy, exchange))


def _has_all(feed: Mapping[str, Any], strategy: Mapping[str, Any], exchange: str) -> bool:
    return (
        exchange_of(feed) == exchange
        and strategy["timeframe"] in feed["timeframes"]
        and set(strategy["symbols"]) <= set(feed["symbols"])
    )


def may_take_over(policy: str, *, flat: bool, asked: bool = False) -> bool:
    """Return whether an `updatePolicy` lets a changed spec take over now.

    `flat` is what the gateway says of the newest spec, `asked` that a person wants it now.
    """
    return {"Immediate": True, "WhenFlat": flat, "Manual": asked}[policy]


def is_locked_out(traded: int | None, since: int, through: int) -> bool:
    """Return whether a gateway refuses a bot of these generations once there is a newer one.

    It lets in the newest generation and the one that traded last; `traded` is None while nobody
    has said which that is, and 0 before the first session.
    """
    return traded is not None and not since <= traded <= through
