"""What keeps a Strategy from trading on when trading goes badly. Closing is never kept back."""

from typing import Annotated

from pydantic import Field

from tradewinds_crds.models.contract import Model
from tradewinds_crds.models.units import BarsOrDuration, Duration, Percent

Count = Annotated[int, Field(ge=1, le=1000)]


class Cooldown(Model):
    """A pause of one symbol after each close."""

    pause: BarsOrDuration
    """How long no entry is made in that symbol: 3 bars or 12h."""


class LossStreak(Model):
    """A pause of the Strategy after losses in a row."""

    losses: Count
    """Losing trades in a row that set it off."""
    within: Duration | None = None
    """Age beyond which a loss no longer counts (default: losses count for ever)."""
    pause: BarsOrDuration
    """How long no entry is made: 1d or 24 bars."""


class DrawdownLock(Model):
    """A stop of all opening when the Strategy's equity has fallen from its peak."""

    drawdown: Percent
    """Fall from the peak of equity that sets it off."""
    within: Duration | None = None
    """How far back the peak is sought (default: since the start)."""
    pause: BarsOrDuration | None = None
    """How long no entry is made (default: until a person resumes)."""


class LowProfitSymbol(Model):
    """A pause of one symbol that does not pay."""

    below: Percent = "0%"
    """Sum of the last trades' returns under which the symbol pauses."""
    trades: Count
    """Number of last trades that are looked at."""
    within: Duration | None = None
    """Age beyond which a trade no longer counts (default: trades count for ever)."""
    pause: BarsOrDuration
    """How long no entry is made in that symbol."""


class Protections(Model):
    """Pauses after bad trades; each is off unless it is written."""

    cooldown: Cooldown | None = None
    """Pause of a symbol after each close (default: none)."""
    loss_streak: LossStreak | None = None
    """Pause of the Strategy after losses in a row (default: none)."""
    drawdown_lock: DrawdownLock | None = None
    """Stop of all opening after a fall of equity (default: none)."""
    low_profit_symbol: LowProfitSymbol | None = None
    """Pause of a symbol whose trades do not pay (default: none)."""
