"""The five kinds as Pydantic models, one kind a file.

They serve `manifests.py` (files on a laptop), `generate.py` (the CRDs and the reference pages)
and the operator. Importing this costs Pydantic: bots and gateways read canonical JSON instead.
"""

from typing import Final

from tradewinds_crds.models.backtest import BACKTEST
from tradewinds_crds.models.definition import Definition
from tradewinds_crds.models.exchange_account import EXCHANGE_ACCOUNT
from tradewinds_crds.models.market_feed import MARKET_FEED
from tradewinds_crds.models.strategy import STRATEGY
from tradewinds_crds.models.trading_halt import TRADING_HALT
from tradewinds_crds.names import Kind

DEFINITIONS: Final[dict[Kind, Definition]] = {
    definition.kind: definition
    for definition in (STRATEGY, BACKTEST, EXCHANGE_ACCOUNT, MARKET_FEED, TRADING_HALT)
}

__all__ = ["DEFINITIONS", "Definition"]
