"""The command line of a worker: one task and out, so that a Job is as long as its backtest."""

import os
import socket
import sys

import click

from tradewinds.process import exits, logs
from tradewinds.process.options import parent_option, store_option


@click.command()
@store_option
@click.option("--cluster", metavar="UID", help="Take this cluster's tasks alone (default: any).")
@click.option(
    "--size-class",
    type=click.Choice(["Small", "Standard", "Large"]),
    help="Take tasks of this size alone (default: any).",
)
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=0.0,
    metavar="SECONDS",
    help="Wait so long for a task, such as one whose worker was killed (default: not at all).",
)
@click.option("--worker", metavar="NAME", help="Name in the queue (default: host and pid).")
@click.option(
    "--listen",
    metavar="unix:PATH|tcp:HOST:PORT",
    help="Where to serve /healthz, /readyz and /metrics (default: nowhere).",
)
@parent_option
def work(
    store: str,
    cluster: str | None,
    size_class: str | None,
    wait: float,
    worker: str | None,
    listen: str | None,
) -> None:
    """Answer one queued Backtest, then exit; exit if none waits.

    A Backtest that cannot be answered is marked as failed with the reason, and the exit code is 0.
    SIGTERM gives the task back to the queue.
    """
    from tradewinds.work.worker import Wish, run  # noqa: PLC0415 - loads NumPy and a server

    worker = worker or f"{socket.gethostname()}-{os.getpid()}"
    logs.configure(verb="work", worker=worker, cluster=cluster or "")
    sys.exit(exits.run(run(store, Wish(worker, cluster, size_class, wait), listen)))
