"""Errors that end a command with one message for the person who typed it, never a traceback."""

from typing import Final

import click

EXIT_NOT_ACCEPTED: Final = 1
EXIT_INPUT: Final = 2


class InputError(click.ClickException):
    """What was asked cannot be done as it was asked: the message names subject and remedy."""

    exit_code = EXIT_INPUT
