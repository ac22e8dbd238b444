"""The gateway of one account as a process: wiring, and the order in which it starts and ends.

Take the ledger and fold it; look at the view; serve; pull bars. At the end the watermarks that
wait are committed. The first part that fails ends them all: its start is the recovery.
"""

import asyncio
import logging
import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tradewinds.gateway.desk import Desk
from tradewinds.gateway.directory import LocalDirectory
from tradewinds.gateway.failpoints import Hook, pass_by
from tradewinds.gateway.http.app import gateway_app
from tradewinds.gateway.metrics import Meters
from tradewinds.gateway.pull import Pullers
from tradewinds.gateway.replay import Writer, recover_ledger
from tradewinds.gateway.service import Service
from tradewinds.gateway.witness import read_witness
from tradewinds.process.addresses import UnixAddress, parse_listen
from tradewinds.process.exits import InputError
from tradewinds.process.metrics import new_registry
from tradewinds.process.objects import Object, read_object
from tradewinds.process.serving import serve
from tradewinds.process.signals import stop_signals, until_stopped
from tradewinds.venues.paper import PaperVenue
from tradewinds_crds.support import unsupported
from tradewinds_store.open import open_store
from tradewinds_store.ports import Store

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Options:
    """The command line: account, objects folder, store, where to listen, the head last seen."""

    spec: Path
    objects: Path
    store: str
    listen: str
    head: Path | None = None


async def run(options: Options, *, hook: Hook = pass_by) -> None:
    """Run a gateway until SIGTERM, or until another one takes its ledger (`FencedError`)."""
    account = read_object(options.spec, "ExchangeAccount")
    if refused := unsupported("ExchangeAccount", account.spec):
        raise InputError(f"ExchangeAccount {account.name}: {'; '.join(refused)}")
    with stop_signals() as stop:
        async with open_store(options.store) as store:
            await _serve(account, options, store, stop, hook)


async def _serve(
    account: Object, options: Options, store: Store, stop: asyncio.Event, hook: Hook
) -> None:
    ledger = store.ledger(account.uid)
    name, subject = f"{socket.gethostname()}/{os.getpid()}", f"ledger of account {account.name}"
    witness = read_witness(options.head) if options.head else None
    recovered = await recover_ledger(ledger, Writer(name, account.uid, subject), witness)
    registry = new_registry()
    view = LocalDirectory(options.objects, account)
    service = Service(recovered, ledger, view, PaperVenue(), Meters(registry), hook=hook)
    desk = Desk(service, store.instruments, store.snapshots(account.uid))
    private = isinstance(parse_listen(options.listen), UnixAddress)
    app = gateway_app(desk, private=private)
    head = service.head
    logger.info(
        "ledger taken",
        extra={"epoch": head.epoch, "event": head.number, "hash": head.hash[:12]},
    )

    def ready() -> str | None:
        return None if view.snapshot().complete else "the objects have not been seen completely"

    async with serve(
        app, options.listen, registry=registry, ready=ready, wakeups=(service.wakeup,)
    ) as url:
        logger.info("serving", extra={"url": url})
        await _work(service, view, stop)
    logger.info("ended", extra={"event": service.head.number, "hash": service.head.hash[:12]})


async def _work(service: Service, view: LocalDirectory, stop: asyncio.Event) -> None:
    loop = asyncio.create_task(service.run())
    followers = asyncio.create_task(_follow(service, view))
    try:
        await until_stopped(_first_error(loop, followers), stop)
        followers.cancel()
        with suppress(asyncio.CancelledError):
            await followers
        await service.flush()
    finally:
        for task in (followers, loop):
            task.cancel()
        await asyncio.gather(followers, loop, return_exceptions=True)


async def _follow(service: Service, view: LocalDirectory) -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(view.follow(service.view_changed))
        tasks.create_task(Pullers(service).run())


async def _first_error(*parts: "asyncio.Task[None]") -> None:
    await asyncio.wait(parts, return_when=asyncio.FIRST_EXCEPTION)
    for part in parts:
        if part.done() and not part.cancelled() and (error := part.exception()) is not None:
            raise _innermost(error)


def _innermost(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
