"""The text of `tradewinds --help`, written from the table of verbs without loading click.

Whoever types it wants it at once: this is a twentieth of a second, click alone is more.
"""

from typing import Final

from tradewinds.cli.verbs import SECTIONS, VERBS

HEAD: Final = """\
Usage: tradewinds VERB [OPTIONS] [ARGUMENTS]

Trading bots from manifests: backtest them, trade them on paper, run them on a cluster.
"""
TAIL: Final = """
Each verb explains itself: tradewinds VERB --help. And: tradewinds --version"""


def overview() -> str:
    """Return the help of the whole program: a line for each verb, people's verbs first."""
    width = max(map(len, VERBS))
    lines = [HEAD.rstrip()]
    for title, verbs in SECTIONS:
        lines += ["", f"{title}:"]
        lines += [f"  {verb.name.ljust(width)}  {verb.line}" for verb in verbs]
    return "\n".join([*lines, TAIL])
