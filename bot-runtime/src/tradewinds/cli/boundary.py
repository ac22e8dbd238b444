"""Where a command's errors end: one message that a person can act on, and a code that means it.

Exit codes: 0 done, 1 not accepted or failed, 2 input, 3 fenced, 130 Ctrl-C, 141 reader went away.
"""

import os
import sys
from typing import Final

import click

from tradewinds.cli.program import ReaderGoneError, program

EXIT_FAILED: Final = 1
EXIT_INPUT: Final = 2
EXIT_INTERRUPTED: Final = 130
EXIT_BROKEN_PIPE: Final = 141
OURS: Final = "tradewinds"
# Errors that say no code and are not about input, by name: nobody imports a store to report one.
CODES: Final = {
    "FencedError": 3,
    "StoreUnavailableError": EXIT_FAILED,
    "CorruptLedgerError": EXIT_FAILED,
}


def run(words: list[str]) -> int:
    """Run a command line and return its exit code; raises only if a traceback was asked for."""
    try:
        result = program.main(words, prog_name="tradewinds", standalone_mode=False)
        sys.stdout.flush()
    except click.Abort:
        click.echo(err=True)
        return EXIT_INTERRUPTED
    except (ReaderGoneError, BrokenPipeError):
        return _leave_quietly()
    except Exception as error:
        if os.environ.get("TRADEWINDS_TRACEBACK") == "1":
            raise
        message, code = describe(error)
        click.echo(message, err=True)
        return code
    return result if isinstance(result, int) else 0


def _leave_quietly() -> int:
    """Point stdout nowhere, so that the interpreter's last flush does not fail on it again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return EXIT_BROKEN_PIPE


def describe(error: Exception) -> tuple[str, int]:
    """Return the message for a person and the exit code."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message(), EXIT_INPUT
    if isinstance(error, click.UsageError):
        where = error.ctx.command_path if error.ctx else "tradewinds"
        return f"{where}: {error.format_message()} See: {where} --help", EXIT_INPUT
    if isinstance(error, click.ClickException):
        return error.format_message(), error.exit_code
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}", EXIT_INPUT
    if type(error).__module__.partition(".")[0].startswith(OURS):
        code = getattr(error, "code", None)
        known = CODES.get(type(error).__name__, EXIT_INPUT)
        return str(error), code if isinstance(code, int) else known
    fault = f"tradewinds failed: {type(error).__name__}: {error}. This is a fault of tradewinds; "
    return fault + "TRADEWINDS_TRACEBACK=1 shows where.", EXIT_FAILED
