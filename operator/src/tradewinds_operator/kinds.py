"""Who decides for each kind: the table by which the controller knows its reconcilers."""

from collections.abc import Mapping
from typing import Final

from tradewinds_crds.names import Kind
from tradewinds_operator.account import reconcile as account
from tradewinds_operator.backtest import reconcile as backtest
from tradewinds_operator.controller import Reconcile
from tradewinds_operator.feed import reconcile as feed
from tradewinds_operator.halt import reconcile as halt
from tradewinds_operator.strategy import reconcile as strategy

RECONCILERS: Final[Mapping[str, Reconcile]] = {
    Kind.STRATEGY: strategy.reconcile,
    Kind.BACKTEST: backtest.reconcile,
    Kind.EXCHANGE_ACCOUNT: account.reconcile,
    Kind.MARKET_FEED: feed.reconcile,
    Kind.TRADING_HALT: halt.reconcile,
}
