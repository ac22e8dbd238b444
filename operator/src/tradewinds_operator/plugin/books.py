"""`kubectl tradewinds positions` and `orders`: the same columns and answers as on a laptop."""

from collections.abc import Callable, Mapping
from typing import Any

import click

from tradewinds_crds.desk import FIGURES, ORDER_COLUMNS, POSITION_COLUMNS, cells
from tradewinds_operator.plugin.answers import by_account, end_for_silence, tell_silence
from tradewinds_operator.plugin.gateways import Account, ask_all, chosen_accounts
from tradewinds_operator.plugin.kubectl import Kubectl
from tradewinds_operator.plugin.options import json_option, place_options
from tradewinds_operator.plugin.text import print_json, print_table


def _book_options(command: Callable[..., Any]) -> Any:
    account = click.option(
        "--account", "accounts", multiple=True, help="Only this ExchangeAccount; repeatable."
    )
    return place_options()(account(json_option(command)))


@click.command()
@_book_options
def positions(kubectl: Kubectl, accounts: tuple[str, ...], as_json: bool) -> None:
    """Show what is held, by Strategy and symbol. Exit code 1 if a gateway is silent."""
    _show(kubectl, accounts, "positions", POSITION_COLUMNS, as_json=as_json)


@click.command()
@_book_options
def orders(kubectl: Kubectl, accounts: tuple[str, ...], as_json: bool) -> None:
    """Show orders, newest last, with what became of each. Exit code 1 if a gateway is silent."""
    _show(kubectl, accounts, "orders", ORDER_COLUMNS, as_json=as_json)


def _show(
    kubectl: Kubectl,
    names: tuple[str, ...],
    book: str,
    columns: Mapping[str, str],
    *,
    as_json: bool,
) -> None:
    answers = ask_all(kubectl, chosen_accounts(kubectl, names), f"/v1/{book}")
    if as_json:
        print_json(by_account(answers))
    else:
        rows = [
            [*_place(kubectl, one.account), *cells(columns, row)]
            for one in answers
            if one.body is not None
            for row in one.body[book]
        ]
        place = ("NAMESPACE", "ACCOUNT") if kubectl.everywhere else ("ACCOUNT",)
        print_table([*place, *columns], rows, right=FIGURES)
        tell_silence(answers)
    end_for_silence(answers)


def _place(kubectl: Kubectl, account: Account) -> tuple[str, ...]:
    return (account.namespace, account.name) if kubectl.everywhere else (account.name,)
