"""What verbs do alike with answers: one JSON object of all, and a plain word on who is silent."""

import sys
from collections.abc import Sequence
from typing import Any

import click

from tradewinds_operator.plugin.gateways import Answer


def by_account(answers: Sequence[Answer]) -> dict[str, Any]:
    """Return the answers as one object; `silent` says why each of the others said nothing."""
    return {
        "gateways": {str(one.account): one.body for one in answers if one.body is not None},
        "silent": {str(one.account): one.silence for one in answers if one.body is None},
    }


def tell_silence(answers: Sequence[Answer]) -> None:
    """Name on standard error whoever did not answer: half a picture must not look like a whole."""
    for one in answers:
        if one.body is None:
            click.echo(
                f"{one.account}: its gateway did not answer ({one.silence}). "
                f"See: kubectl tradewinds status -n {one.account.namespace}",
                err=True,
            )


def end_for_silence(answers: Sequence[Answer]) -> None:
    """End with 1 if anybody is silent."""
    if any(one.body is None for one in answers):
        sys.exit(1)
