"""How `halt` and `resume` end: a table of who obeys, and code 1 if somebody does not."""

import sys
from collections.abc import Sequence

import click

from tradewinds_operator.plugin.obedience import Obedience
from tradewinds_operator.plugin.text import print_json, print_table


def tell(name: str, found: Sequence[Obedience], *, wanted: bool, as_json: bool) -> None:
    """List who obeys."""
    if as_json:
        rows = [
            {"account": str(one.account), "state": one.word(wanted=wanted), "said": one.silence}
            for one in found
        ]
        print_json({"halt": name, "gateways": rows})
        return
    print_table(
        ("NAMESPACE", "ACCOUNT", "STATE"),
        [(one.account.namespace, one.account.name, one.word(wanted=wanted)) for one in found],
    )
    for one in found:
        if one.active is None:
            click.echo(f"{one.account}: its gateway did not answer ({one.silence})", err=True)


def end(found: Sequence[Obedience], *, wanted: bool) -> None:
    """End with 1 unless every gateway does as it should; no gateway at all obeys nothing."""
    if not found or any(one.active is not wanted for one in found):
        sys.exit(1)
