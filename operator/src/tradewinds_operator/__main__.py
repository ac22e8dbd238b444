"""`tradewinds-operator`: the command line.

Exit codes: 0 after SIGTERM, 2 when what it was started with cannot work, 1 for anything else; the
Deployment starts it again.
"""

import asyncio
import gc
import logging
import sys
from pathlib import Path

import click

from tradewinds_operator import logs
from tradewinds_operator.errors import ConnectionSettingsError
from tradewinds_operator.settings import SettingsError, read_settings

logger = logging.getLogger(__name__)

_BAD_INPUT = 2
_LAST_PORT = 65_535
_COLLECTION = (50_000, 10, 10)  # one object of Kubernetes is hundreds of containers


@click.group()
@click.version_option(package_name="tradewinds-operator")
def main() -> None:
    """Make pods, Jobs and queue rows follow the five kinds of Tradewinds."""


@main.command()
@click.option(
    "--settings",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="JSON file with the administrator's decisions, as the chart writes it.",
)
@click.option("--store", required=True, help="DSN of the store whose queue backtests go to.")
@click.option(
    "--listen",
    required=True,
    metavar="HOST:PORT",
    help="Where /healthz, /readyz and /metrics are served.",
)
@click.option(
    "--kubeconfig",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Connect as this file says; without it, as the pod's ServiceAccount.",
)
@click.option("--log-level", default="INFO", show_default=True, help="Lowest level to log.")
def run(settings: Path, store: str, listen: str, kubeconfig: Path | None, log_level: str) -> None:
    """Run the operator until SIGTERM."""
    from tradewinds_operator.run import Options  # noqa: PLC0415 - loads kopf and the client
    from tradewinds_operator.run import run as operate  # noqa: PLC0415 - same

    gc.set_threshold(*_COLLECTION)
    logs.configure(log_level.upper())
    try:
        options = Options(read_settings(settings), store, _address(listen), kubeconfig)
        asyncio.run(operate(options))
    except (SettingsError, ConnectionSettingsError, click.BadParameter) as error:
        logger.error("%s", error, extra={"exitCode": _BAD_INPUT})  # noqa: TRY400 - says it all
        sys.exit(_BAD_INPUT)
    except Exception:
        logger.exception("the operator ends", extra={"exitCode": 1})
        sys.exit(1)


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > _LAST_PORT:
        raise click.BadParameter(f"--listen was {text!r}, expected HOST:PORT such as 0.0.0.0:8080")
    return host.strip("[]"), int(port)


if __name__ == "__main__":
    main()
