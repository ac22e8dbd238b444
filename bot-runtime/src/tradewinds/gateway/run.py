"""The gateway of one account as a process: wiring, and the order in which it starts and ends.

Take the ledger and fold it; look at the view; serve; pull bars. At the end the watermarks that
wait are committed. The first part that fails ends them all: its start is the recovery.
"""

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tradewinds.gateway.apiserver import ApiServer, ApiServerView, connected
from tradewinds.gateway.desk import Desk
from tradewinds.gateway.directory import LocalDirectory
from tradewinds.gateway.failpoints import Hook, pass_by
from tradewinds.gateway.headfile import HeadFile
from tradewinds.gateway.http.app import desk_app, gateway_app
from tradewinds.gateway.http.auth import LocalTokens, Tokens
from tradewinds.gateway.http.tokenreview import ReviewedTokens
from tradewinds.gateway.metrics import Meters
from tradewinds.gateway.pull import Pullers
from tradewinds.gateway.rates import RateReader
from tradewinds.gateway.replay import Writer, recover_ledger
from tradewinds.gateway.service import Service
from tradewinds.gateway.view import OLDEST, StrategyView
from tradewinds.gateway.witness import read_witness
from tradewinds.process.addresses import UnixAddress, parse_listen
from tradewinds.process.exits import Exit, InputError
from tradewinds.process.metrics import new_registry
from tradewinds.process.objects import Object, read_object
from tradewinds.process.serving import Ready, serve
from tradewinds.process.signals import stop_signals, until_stopped
from tradewinds.venues.paper import PaperVenue
from tradewinds_crds.support import unsupported
from tradewinds_store.errors import StoreError, StoreUrlError
from tradewinds_store.open import open_store
from tradewinds_store.ports import Store

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Options:
    """The command line: account, store, where to listen, and where the objects are.

    They are in the folder `objects`, or at the API server `kubernetes`. `head` is the file of the
    head last seen, which on a cluster the gateway itself keeps; `desk` is where people read.
    """

    spec: Path
    objects: Path | None
    store: str
    listen: str
    head: Path | None = None
    kubernetes: ApiServer | None = None
    desk: str | None = None


async def run(options: Options, *, hook: Hook = pass_by) -> None:
    """Run a gateway until SIGTERM, or until another one takes its ledger (`FencedError`)."""
    account = read_object(options.spec, "ExchangeAccount")
    if refused := unsupported("ExchangeAccount", account.spec):
        raise InputError(f"ExchangeAccount {account.name}: {'; '.join(refused)}")
    try:
        async with AsyncExitStack() as stack:
            stop = stack.enter_context(stop_signals())
            store = await stack.enter_async_context(open_store(options.store))
            view, tokens = await stack.enter_async_context(_sight(options, account))
            await _serve(account, options, store, view, tokens, stop, hook)
    except StoreUrlError as error:
        raise InputError(str(error)) from error
    except StoreError as error:  # a database that is away: the next start finds it, or says so
        raise Exit(str(error)) from error


@asynccontextmanager
async def _sight(options: Options, account: Object) -> AsyncIterator[tuple[StrategyView, Tokens]]:
    """Yield the view of the objects, and who knows the bots that are in it."""
    if options.kubernetes is not None:
        async with connected(options.kubernetes) as client:
            view = ApiServerView(client, account, bars=options.kubernetes.bars)
            yield view, ReviewedTokens(client)
    elif options.objects is not None:
        yield LocalDirectory(options.objects, account), LocalTokens()
    else:
        raise ValueError("neither a folder of objects nor an API server was given")


async def _serve(
    account: Object,
    options: Options,
    store: Store,
    view: StrategyView,
    tokens: Tokens,
    stop: asyncio.Event,
    hook: Hook,
) -> None:
    ledger = store.ledger(account.uid)
    name, subject = f"{socket.gethostname()}/{os.getpid()}", f"ledger of account {account.name}"
    witness = read_witness(options.head) if options.head else None
    writer = Writer(name, account.uid, subject)
    recovered = await until_stopped(recover_ledger(ledger, writer, witness), stop)
    if recovered is None:  # told to end while it was reading
        return
    registry = new_registry()
    service = Service(recovered, ledger, view, PaperVenue(), Meters(registry), hook=hook)
    rates = partial(RateReader, store.funding, account.spec["exchange"])
    desk = Desk(service, store.instruments, rates(), store.snapshots(account.uid))
    logger.info(
        "ledger taken",
        extra={
            "epoch": service.head.epoch,
            "event": service.head.number,
            "hash": service.head.hash[:12],
        },
    )
    ready = _readiness(view)
    async with AsyncExitStack() as stack:
        private = isinstance(parse_listen(options.listen), UnixAddress)
        app = gateway_app(desk, tokens, private=private)
        served = serve(
            app, options.listen, registry=registry, ready=ready, wakeups=(service.wakeup,)
        )
        logger.info("serving", extra={"url": await stack.enter_async_context(served)})
        if options.desk:
            people = serve(desk_app(service), options.desk, registry=registry, ready=ready)
            logger.info("desk", extra={"url": await stack.enter_async_context(people)})
        keeps = options.head if options.kubernetes else None
        await _work(
            service,
            view,
            HeadFile(keeps, lambda: service.head) if keeps else None,
            Pullers(service, rates),
            stop,
        )
    logger.info("ended", extra={"event": service.head.number, "hash": service.head.hash[:12]})


def _readiness(view: StrategyView) -> Ready:
    def ready() -> str | None:
        if not view.snapshot().complete:
            return "the objects have not been seen completely"
        if view.age() > OLDEST:
            return f"the objects were not seen for {OLDEST:.0f} s; nothing is opened meanwhile"
        return None

    return ready


async def _work(
    service: Service,
    view: StrategyView,
    head: HeadFile | None,
    pullers: Pullers,
    stop: asyncio.Event,
) -> None:
    loop = asyncio.create_task(service.run())
    parts: list[Coroutine[Any, Any, None]] = [_follow(service, view, pullers)]
    if head is not None:
        parts.append(head.keep())
    followers = [asyncio.create_task(part) for part in parts]
    try:
        await until_stopped(_first_error(loop, *followers), stop)
        for task in followers:
            task.cancel()
        for task in followers:
            with suppress(asyncio.CancelledError):
                await task
        await service.flush()
        if head is not None:
            await head.write()
    finally:
        for task in (*followers, loop):
            task.cancel()
        await asyncio.gather(*followers, loop, return_exceptions=True)
        service.end()


async def _follow(service: Service, view: StrategyView, pullers: Pullers) -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(view.follow(service.view_changed))
        tasks.create_task(pullers.run())


async def _first_error(*parts: "asyncio.Task[None]") -> None:
    await asyncio.wait(parts, return_when=asyncio.FIRST_EXCEPTION)
    for part in parts:
        if part.done() and not part.cancelled() and (error := part.exception()) is not None:
            raise _innermost(error)


def _innermost(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
