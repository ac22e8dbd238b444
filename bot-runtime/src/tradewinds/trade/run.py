"""The wiring of a bot: spec, collector, session, fold, server, and what ends it."""

import logging
import os
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from aiohttp import web

from tradewinds.engine.errors import StrategyError
from tradewinds.engine.fold import Fold
from tradewinds.process.client import Client
from tradewinds.process.exits import InputError
from tradewinds.process.memory import release
from tradewinds.process.metrics import new_registry
from tradewinds.process.objects import Object, read_object
from tradewinds.process.problems import problems_as_json
from tradewinds.process.serving import serve
from tradewinds.process.signals import stop_signals, until_stopped
from tradewinds.trade.bars import Collector
from tradewinds.trade.bot import Bot
from tradewinds.trade.gateway import Gateway
from tradewinds.trade.metrics import TradeMetrics
from tradewinds.trade.patience import Patience
from tradewinds.trade.session import Session
from tradewinds.trade.strategy import make_fold, modules_of, outline

logger = logging.getLogger(__name__)

POD: Final = "TRADEWINDS_POD_UID"  # set by the operator; a bot elsewhere is a pod of its own


@dataclass(frozen=True, slots=True)
class Addresses:
    """Whom a bot talks to, and where it listens."""

    gateway: str
    bars: str
    token_file: Path
    listen: str


class Progress:
    """How far a bot's start has come, for `/readyz`."""

    def __init__(self) -> None:
        self.bot: Bot | None = None
        self._step = "starting"
        self._patience = Patience()

    def begin(self, step: str, patience: Patience) -> None:
        """Note what is waited for now, and who knows why it takes so long."""
        self._step, self._patience = step, patience

    def missing(self) -> str | None:
        """Return what the bot waits for, and why; None when it is live."""
        if self.bot is not None:
            return self.bot.behind
        return ": ".join(filter(None, (self._step, self._patience.trouble)))


async def run(spec: Path, addresses: Addresses, folder: Path | None) -> None:
    """Trade one Strategy until a signal, a newer bot, or something unexpected."""
    found = read_object(spec, "Strategy")
    modules = modules_of(found, folder)
    first = outline(found, modules)
    progress = Progress()
    registry = new_registry()
    metrics = TradeMetrics(registry)
    async with AsyncExitStack() as stack:
        stop = stack.enter_context(stop_signals())
        app = web.Application(middlewares=[problems_as_json])
        served = serve(app, addresses.listen, registry=registry, ready=progress.missing)
        await stack.enter_async_context(served)
        orders = Client(addresses.gateway, token_file=addresses.token_file, attempts=1)
        gateway = Gateway(await stack.enter_async_context(orders), found.uid)
        bars = await stack.enter_async_context(Client(addresses.bars, attempts=1))
        collector = Collector(
            bars, first.plan.symbols, first.plan.timeframe, first.plan.timeframe_ms
        )
        await until_stopped(
            _trade(found, first, gateway, collector, metrics, progress, modules), stop
        )


async def _trade(
    found: Object,
    first: Fold,
    gateway: Gateway,
    collector: Collector,
    metrics: TradeMetrics,
    progress: Progress,
    modules: Mapping[str, str],
) -> None:
    progress.begin("waiting for the collector", collector.patience)
    anchor, start = await _beginning(first, collector)
    progress.begin("waiting for a session at the gateway", gateway.patience)
    session = await gateway.open_session(_question(found, first, anchor, start))
    logger.info("session", extra=_described(session))
    fold = make_fold(found, session.instruments, session.costs, session.start, modules)
    progress.bot = Bot(fold, session, gateway, collector, metrics)
    release()
    try:
        await progress.bot.run()
    except StrategyError as error:  # a class that fails would fail at the same bar again
        raise InputError(f"Strategy {found.name}: {error}") from error


async def _beginning(first: Fold, collector: Collector) -> tuple[int, int]:
    """Return the anchor and the start that a Strategy would have if it began now."""
    feed = await collector.feed()
    plan = first.plan
    start = feed["closedThrough"][plan.timeframe]
    earliest = start - first.warmup * plan.timeframe_ms
    anchor = await collector.first_open(earliest)
    if anchor is None:
        stored = [feed["first"].get(symbol, {}).get(plan.timeframe) for symbol in plan.symbols]
        anchor = max(earliest, min((one for one in stored if one is not None), default=earliest))
    return anchor, start


def _question(found: Object, first: Fold, anchor: int, start: int) -> Mapping[str, Any]:
    return {
        "pod": os.environ.get(POD) or uuid4().hex,
        "generation": found.generation,
        "code": first.code_hash,
        "layout": first.layout_hash,
        "anchor": anchor,
        "start": start,
    }


def _described(session: Session) -> dict[str, Any]:
    stored = session.snapshot
    return {
        "epoch": session.epoch,
        "anchor": session.anchor,
        "start": session.start,
        "decidedThrough": session.decided_through,
        "snapshot": stored and stored.time,
    }
