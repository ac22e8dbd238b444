"""How large an entry is."""

from typing import Annotated

from pydantic import Field

from tradewinds_crds.models.cel import percent_of
from tradewinds_crds.models.contract import Model, count_set, exactly_one, rule
from tradewinds_crds.models.units import Bars, Money, Percent
from tradewinds_crds.scalars import parse_bars, parse_percent

SHORTEST_WINDOW = 2
LONGEST_WINDOW = 1_000
_REACHED = f"{percent_of('{}')} <= 100.0 * (has(self.maxLeverage) ? double(self.maxLeverage) : 1.0)"


class Kelly(Model):
    """The share of the equity under which capital grows fastest, as the last trades tell it."""

    cap: Percent
    """Share of the equity that an entry's notional is at most."""
    trades: Annotated[int, Field(ge=10, le=1000)] = 50
    """Number of the Strategy's last closed trades that are looked at."""
    share: Percent = "50%"
    """Part of Kelly's own share that is taken; half of it costs a quarter of the growth."""
    start: Percent = "5%"
    """Share of the equity before there are so many trades; at most `cap`."""
    floor: Percent = "0%"
    """Share of the equity that an entry's notional is at least; with 0% a Strategy whose last
    trades have no edge enters no more."""

    @rule(
        cel=f"{percent_of('self.start')} <= {percent_of('self.cap')}"
        f" && {percent_of('self.floor')} <= {percent_of('self.cap')}",
        message="kelly's start or floor is above its cap",
        remedy="Write, say: kelly: {cap: 25%, start: 5%}",
    )
    def stays_below_the_cap(self) -> bool:
        cap = parse_percent(self.cap)
        return parse_percent(self.start) <= cap and parse_percent(self.floor) <= cap

    @rule(
        cel=f"{percent_of('self.share')} <= 100.0",
        message="kelly's share is above 100%, which loses growth and adds risk",
        remedy="Write, say: share: 50%",
        at="share",
    )
    def bets_no_more_than_kelly(self) -> bool:
        return parse_percent(self.share) <= 1


class Sizing(Model):
    """The size of one entry, in exactly one of six ways."""

    equity: Percent | None = None
    """Notional of an entry as a share of the Strategy's own equity."""
    quote: Money | None = None
    """Notional of an entry in the currency of `capital`, such as 500 USDT."""
    risk: Percent | None = None
    """Share of the equity that is lost if the stop loss fills at its price."""
    quantity: Money | None = None
    """Amount of the base currency, such as 0.5 BTC; for Strategies of one base."""
    volatility: Percent | None = None
    """Volatility of the position over a year, as a share of the equity: of the symbol's last closed
    bars, so that a wild market gets a small position."""
    window: Bars | None = None
    """Bars whose returns `volatility` looks at, 2 to 1000 of them (default: 20 bars)."""
    kelly: Kelly | None = None
    """Notional as the share of the equity that the Strategy's own last trades allow."""
    max_leverage: Annotated[int, Field(ge=1, le=125)] | None = None
    """Notional of all positions over equity that an entry may reach (default: 1, a factor)."""

    @rule(
        cel=exactly_one("equity", "quote", "risk", "quantity", "volatility", "kelly"),
        message="sizing takes exactly one of equity, quote, risk, quantity, volatility, kelly",
        remedy="Write, say: sizing: {equity: 25%}",
    )
    def has_one_mode(self) -> bool:
        fixed = count_set(self.equity, self.quote, self.risk, self.quantity)
        return fixed + count_set(self.volatility, self.kelly) == 1

    @rule(
        cel=f"(!has(self.equity) || {_REACHED.format('self.equity')})"
        f" && (!has(self.kelly) || {_REACHED.format('self.kelly.cap')})",
        message="sizing asks for more of the equity than maxLeverage (1 unless it is written)"
        " allows, so that every entry would be cut",
        remedy="Write 100% at most, or for perpetuals, say: sizing: {equity: 250%, maxLeverage: 3}",
    )
    def is_within_the_leverage(self) -> bool:
        most = self.max_leverage or 1
        asked = (self.equity, self.kelly.cap if self.kelly else None)
        return all(parse_percent(share) <= most for share in asked if share is not None)

    @rule(
        cel="!has(self.window) || has(self.volatility)",
        message="sizing.window goes with volatility",
        remedy="Write, say: sizing: {volatility: 20%, window: 30 bars}",
        at="window",
    )
    def window_is_of_the_volatility(self) -> bool:
        return self.window is None or self.volatility is not None

    @rule(
        cel=f"""!has(self.window) || (int(self.window.split(' ')[0]) >= {SHORTEST_WINDOW}
            && int(self.window.split(' ')[0]) <= {LONGEST_WINDOW})""",
        message=f"sizing.window is not from {SHORTEST_WINDOW} to {LONGEST_WINDOW} bars",
        remedy="Write, say: window: 20 bars",
        at="window",
    )
    def window_can_be_measured(self) -> bool:
        if self.window is None:
            return True
        return SHORTEST_WINDOW <= parse_bars(self.window) <= LONGEST_WINDOW
