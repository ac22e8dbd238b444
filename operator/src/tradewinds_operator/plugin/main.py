"""The entry point of `kubectl tradewinds`, and where a verb's errors end.

Exit codes: 0 done, 1 it did not happen (silent gateway, forbidden, refused), 2 input,
130 Ctrl-C, 141 the reader went away.
"""

import os
import sys
from collections.abc import Sequence
from typing import Final

import click

from tradewinds_operator.plugin.errors import DeskError
from tradewinds_operator.plugin.program import program

EXIT_INTERRUPTED: Final = 130
EXIT_BROKEN_PIPE: Final = 141
NAME: Final = "kubectl tradewinds"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line (default: this process's own) and return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = program.main(words, prog_name=NAME, standalone_mode=False)
        sys.stdout.flush()
    except DeskError as error:
        return _end(str(error), error.code)
    except click.exceptions.NoArgsIsHelpError as error:
        return _end(error.format_message(), error.exit_code)
    except click.ClickException as error:
        return _end(error.format_message(), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # so that the last flush does not fail again
        return EXIT_BROKEN_PIPE
    return code if isinstance(code, int) else 0


def _end(message: str, code: int) -> int:
    click.echo(message, err=True)
    return code
