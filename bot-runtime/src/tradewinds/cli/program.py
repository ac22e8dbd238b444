"""The click group that imports a verb only when it is called."""

import os
from importlib import import_module
from typing import Any

import click
from click.shell_completion import CompletionItem

from tradewinds.cli.overview import overview
from tradewinds.cli.verbs import VERBS


class ReaderGoneError(Exception):
    """Whoever read our output has gone, as `| head` does: no reason to say anything."""


class Program(click.Group):
    """Finds verbs in the table of `verbs.py`; help and completion import none of them."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        if os.environ.get("NO_COLOR"):
            extra.setdefault("color", False)
        return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise ReaderGoneError from None  # click would end with code 1, which means a failure

    def get_help(self, ctx: click.Context) -> str:  # noqa: ARG002 - click's signature
        return overview()

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

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        if incomplete.startswith("-"):
            return click.Command.shell_complete(self, ctx, incomplete)
        verbs = [verb for verb in VERBS.values() if verb.name.startswith(incomplete)]
        return [CompletionItem(verb.name, help=verb.line) for verb in verbs]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in VERBS and not args[0].startswith("-"):
            raise click.UsageError(f"There is no verb {args[0]!r}.{_nearest(args[0])}", ctx)
        return super().resolve_command(ctx, args)


def _nearest(word: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only a typing error needs it

    found = get_close_matches(word, VERBS, n=1)
    return f" Did you mean {found[0]!r}?" if found else ""


def _print_version(ctx: click.Context, _parameter: click.Parameter, asked: bool) -> None:
    if not asked or ctx.resilient_parsing:
        return
    from importlib.metadata import version  # noqa: PLC0415 - slow, and only asked for here

    click.echo(f"tradewinds {version('tradewinds')}")
    ctx.exit()


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version and exit.",
)
def program() -> None:
    """Trading bots from manifests."""
