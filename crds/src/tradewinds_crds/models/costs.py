"""What trading costs on paper and in a backtest. It is never zero unless somebody says so."""

from tradewinds_crds.models.contract import Model
from tradewinds_crds.models.units import Percent


class Fee(Model):
    """The exchange's fee, as a share of the notional of a fill."""

    maker: Percent = "0.10%"
    """Fee of a fill that rested in the book: limit orders and take profits."""
    taker: Percent = "0.10%"
    """Fee of every other fill."""


class Costs(Model):
    """Fee and slippage of fills that we compute ourselves."""

    fee: Fee = Fee()
    """The exchange's fee."""
    slippage: Percent = "0.02%"
    """Worsening of the price of market, stop and stop-loss fills, against us."""


class FeeOverride(Model):
    """The exchange's fee; what is left out is the account's."""

    maker: Percent | None = None
    """Fee of a fill that rested in the book (default: the account's)."""
    taker: Percent | None = None
    """Fee of every other fill (default: the account's)."""


class CostsOverride(Model):
    """Costs of one run; what is left out is the account's."""

    fee: FeeOverride | None = None
    """The exchange's fee (default: the account's)."""
    slippage: Percent | None = None
    """Worsening of market and stop fills, against us (default: the account's)."""
