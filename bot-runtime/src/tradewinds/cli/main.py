"""The entry point. It answers `--help` itself and loads click only for a verb."""

import sys
from collections.abc import Sequence
from typing import Final

from tradewinds.cli.overview import overview

EXIT_INTERRUPTED: Final = 130
HELP: Final = (["-h"], ["--help"], ["help"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line (default: this process's own) and return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words in HELP:
        sys.stdout.write(overview() + "\n")
        return 0
    try:
        from tradewinds.cli.boundary import run  # noqa: PLC0415 - click is slower than the help

        return run(words)
    except KeyboardInterrupt:  # while something was still loading
        return EXIT_INTERRUPTED
