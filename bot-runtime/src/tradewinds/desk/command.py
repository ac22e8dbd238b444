"""The desk's commands in their local form: halt and resume, and looking at what runs."""

import asyncio
import getpass
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from tradewinds.desk.gateways import Answer, Gateway, ask_all, gateways, names
from tradewinds.process.exits import InputError
from tradewinds.terminal.options import json_option
from tradewinds.terminal.text import print_json, print_table
from tradewinds_crds.desk import FIGURES, ORDER_COLUMNS, POSITION_COLUMNS, cells, handed_over

Command = TypeVar("Command", bound=Callable[..., Any])


def directory_option(command: Command) -> Command:
    return click.option(
        "--dir",
        "directory",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        default=".",
        help="The folder that `tradewinds up` runs (default: this one).",
    )(command)


@click.command()
@click.argument("name")
@directory_option
@click.option("--account", "accounts", multiple=True, help="Only this ExchangeAccount; repeatable.")
@click.option("--strategy", "strategies", multiple=True, help="Only this Strategy; repeatable.")
@click.option("--label", "labels", multiple=True, metavar="KEY=VALUE", help="Only with this label.")
@click.option("--reason", default="halted by hand", show_default=True, help="Why; kept for good.")
@json_option
def halt(
    name: str,
    directory: Path,
    accounts: tuple[str, ...],
    strategies: tuple[str, ...],
    labels: tuple[str, ...],
    reason: str,
    as_json: bool,
) -> None:
    """Stop opening positions until `resume NAME`; closing goes on.

    Waits and lists who obeys. Exit code 1 if a gateway is silent: it will obey when it is back.
    """
    from tradewinds.desk import halts  # noqa: PLC0415 - the other commands write nothing

    selector = {
        "accounts": list(accounts),
        "strategies": list(strategies),
        "matchLabels": dict(_pair(label) for label in labels),
    }
    chosen = {key: value for key, value in selector.items() if value}
    concerned = _concerned(directory, accounts)
    _expect("--strategy", strategies, names(directory, "Strategy"))
    free = halts.free_name(directory, name)
    if free != name and not as_json:
        click.echo(f"halt {name!r} was released and stays released; halting as {free!r}")
    name = free
    path = halts.write(directory, halts.manifest(name, chosen, reason))
    found = asyncio.run(halts.obeyed(concerned, name, active=True))
    _tell(name, path, found, wanted=True, as_json=as_json)
    if not as_json:
        click.echo(f"next: {_resume(name, directory)}")
    _end(found, wanted=True)


@click.command()
@click.argument("name")
@directory_option
@click.option("--reason", default="released by hand", show_default=True, help="Why; kept for good.")
@json_option
def resume(name: str, directory: Path, reason: str, as_json: bool) -> None:
    """Release the halt NAME, also when its file is gone. Opening is allowed again."""
    from tradewinds.desk import halts  # noqa: PLC0415 - the other commands write nothing

    concerned = gateways(directory)
    known = halts.read(directory, name)
    if known is None:
        asyncio.run(halts.expect(concerned, name))
        known = halts.manifest(name, {}, "released")
    known["spec"]["release"] = {"by": getpass.getuser(), "reason": reason}
    path = halts.write(directory, known)
    found = asyncio.run(halts.obeyed(concerned, name, active=False))
    _tell(name, path, found, wanted=False, as_json=as_json)
    _end(found, wanted=False)


def _tell(name: str, path: Path, found: list[Any], *, wanted: bool, as_json: bool) -> None:
    words = {wanted: "halted" if wanted else "resumed", None: "silent"}
    rows = [(one.account, words.get(one.active, "not yet")) for one in found]
    if as_json:
        gateways = [{"account": account, "state": state} for account, state in rows]
        print_json({"halt": name, "file": str(path), "gateways": gateways})
    else:
        print_table(("ACCOUNT", "STATE"), rows)
        click.echo(f"written to {path}; keep it, or not: what was seen is kept by the gateways")


def _end(found: list[Any], *, wanted: bool) -> None:
    if not found or any(one.active is not wanted for one in found):
        sys.exit(1)


def _resume(name: str, directory: Path) -> str:
    """Return the command that releases a halt, as it works where this one was typed."""
    where = "" if directory == Path() else f" --dir {shlex.quote(str(directory))}"
    return f"tradewinds resume {name}{where}"


@click.command()
@directory_option
@json_option
def status(directory: Path, as_json: bool) -> None:
    """Show each Strategy: mode, position, equity, what holds it back."""
    from tradewinds.up.picture import StrategyRow, strategy_row  # noqa: PLC0415

    answers = _answers(directory, "/v1/status")
    if as_json:
        print_json({"gateways": answers})
        return
    rows = [
        strategy_row(one, parity="", reason="").cells()
        for answer in answers.values()
        for one in answer["strategies"]
    ]
    kept = [i for i, name in enumerate(StrategyRow.HEADER) if name != "PARITY"]
    print_table([StrategyRow.HEADER[i] for i in kept], [[row[i] for i in kept] for row in rows])
    for answer in answers.values():
        for one in answer["strategies"]:
            for sentence in handed_over(one):
                click.echo(f"{one['name']}: {sentence}")
    for account, answer in answers.items():
        for one in answer["halts"]:
            click.echo(
                f"{account}: halted by {one['name']} ({one['reason']})"
                f"  → {_resume(one['name'], directory)}"
            )


@click.command()
@directory_option
@json_option
def positions(directory: Path, as_json: bool) -> None:
    """Show what is held, by Strategy and symbol."""
    answers = _answers(directory, "/v1/positions")
    if as_json:
        print_json({"gateways": answers})
        return
    _print_rows(POSITION_COLUMNS, answers, "positions")


@click.command()
@directory_option
@json_option
def orders(directory: Path, as_json: bool) -> None:
    """Show orders, newest last, with what became of each."""
    answers = _answers(directory, "/v1/orders")
    if as_json:
        print_json({"gateways": answers})
        return
    _print_rows(ORDER_COLUMNS, answers, "orders")


def _print_rows(columns: dict[str, str], answers: dict[str, Answer], field: str) -> None:
    rows = [
        (account, *cells(columns, one))
        for account, answer in answers.items()
        for one in answer[field]
    ]
    print_table(("ACCOUNT", *columns), rows, right=FIGURES)


def _answers(directory: Path, path: str) -> dict[str, Answer]:
    """Ask every gateway; one that is silent ends the command, since half a picture misleads."""
    answers = asyncio.run(ask_all(directory, path))
    silent = [account for account, answer in answers.items() if answer is None]
    if silent or not answers:
        who = f"gateway/{', gateway/'.join(silent)} did not answer" if silent else "no gateway"
        raise SilentError(f"{directory}: {who}. Is it running? tradewinds up {directory}")
    return {account: answer for account, answer in answers.items() if answer is not None}


class SilentError(click.ClickException):
    """A gateway that should answer does not."""

    exit_code = 1


def _concerned(directory: Path, accounts: tuple[str, ...]) -> list[Gateway]:
    """Return the gateways of these accounts; of all when none is named."""
    found = gateways(directory)
    _expect("--account", accounts, [one.account for one in found])
    return [one for one in found if not accounts or one.account in accounts]


def _expect(option: str, given: tuple[str, ...], known: list[str]) -> None:
    """Refuse a name that means nothing here: a halt that stops nobody must not look like one."""
    for name in given:
        if name not in known:
            there = ", ".join(known) or "none, since there is none"
            raise InputError(f"{option} was {name!r}, expected one of {there}")


def _pair(label: str) -> tuple[str, str]:
    key, found, value = label.partition("=")
    if not found or not key:
        raise InputError(f"--label was {label!r}, expected KEY=VALUE")
    return key, value
