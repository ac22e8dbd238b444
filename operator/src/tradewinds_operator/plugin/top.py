"""`kubectl tradewinds top`: what each bot holds and earned, as its gateway tells it now.

The columns are those of `tradewinds status` on a laptop.
"""

import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

import click

from tradewinds_crds.desk import handed_over, is_over, money, order_hash, positions, restraints
from tradewinds_operator.plugin.answers import by_account, end_for_silence, tell_silence
from tradewinds_operator.plugin.gateways import Account, Answer, ask_all, chosen_accounts
from tradewinds_operator.plugin.kubectl import Kubectl
from tradewinds_operator.plugin.options import json_option, place_options
from tradewinds_operator.plugin.text import print_json, print_table

HEADER: Final = ("STRATEGY", "MODE", "POSITION", "EQUITY", "P&L", "TRADES", "ORDERS", "REASON")
_WIPE: Final = "\033[H\033[J"


@click.command()
@place_options()
@click.option("--account", "accounts", multiple=True, help="Only this ExchangeAccount; repeatable.")
@click.option("-w", "--watch", is_flag=True, help="Again and again, until Ctrl-C.")
@click.option(
    "--every",
    type=click.FloatRange(min=0.2),
    default=2.0,
    show_default=True,
    metavar="SECONDS",
    help="How often with --watch.",
)
@json_option
def top(
    kubectl: Kubectl, accounts: tuple[str, ...], watch: bool, every: float, as_json: bool
) -> None:
    """Show each Strategy: mode, position, equity, what holds it back.

    ORDERS is the start of the order hash, which a Backtest over the same bars has, too. Exit code
    1 if a gateway is silent.
    """
    concerned = chosen_accounts(kubectl, accounts)
    while True:
        answers = ask_all(kubectl, concerned, "/v1/status")
        if watch and sys.stdout.isatty() and not as_json:
            click.echo(_WIPE, nl=False)
        _show(kubectl, answers, as_json=as_json)
        if not watch:
            break
        time.sleep(every)
    end_for_silence(answers)


def _show(kubectl: Kubectl, answers: Sequence[Answer], *, as_json: bool) -> None:
    if as_json:
        print_json(by_account(answers))
        return
    told = [(one.account, one.body) for one in answers if one.body is not None]
    rows = [
        [*([account.namespace] if kubectl.everywhere else []), *_cells(row)]
        for account, body in told
        for row in body["strategies"]
        if not is_over(row)
    ]
    print_table([*(["NAMESPACE"] if kubectl.everywhere else []), *HEADER], rows)
    for _, body in told:
        for row in body["strategies"]:
            for sentence in handed_over(row):
                click.echo(f"{row['name']}: {sentence}")
    for account, body in told:
        for halt in body["halts"]:
            if halt[
                "strategies"
            ]:  # gateways hold every halt; these are the ones that stop somebody
                click.echo(_halted(account, halt))
    tell_silence(answers)


def _cells(row: Mapping[str, Any]) -> list[str]:
    return [
        row["name"],
        row["mode"],
        positions(row["positions"]),
        money(row["equity"]),
        f"{row['profit']:+.2%}",
        str(row["trades"]),
        order_hash(row),
        ", ".join(restraints(row)),
    ]


def _halted(account: Account, halt: Mapping[str, Any]) -> str:
    name = halt["name"]
    return f"{account}: halted by {name} ({halt['reason']})  → kubectl tradewinds resume {name}"
