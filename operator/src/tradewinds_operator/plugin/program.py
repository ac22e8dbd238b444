"""The click group that imports a verb only when it is called."""

from importlib import import_module

import click

from tradewinds_operator.plugin.verbs import SECTIONS, VERBS


class Program(click.Group):
    """Finds verbs in the table of `verbs.py`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(VERBS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        cmd_name: str,
    ) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        module, _, attribute = VERBS[cmd_name].target.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        for title, verbs in SECTIONS:
            with formatter.section(title):
                formatter.write_dl([(name, verb.line) for name, verb in verbs.items()])


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
def program() -> None:
    """Look at what trades in a cluster, and stop it.

    It asks with kubectl's own login: what you may not do there you may not do here.
    """
