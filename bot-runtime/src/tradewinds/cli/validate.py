"""`tradewinds validate`: what is wrong with manifests, all of it at once, without running them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import click

from tradewinds.process.exits import InputError
from tradewinds.terminal.options import json_option
from tradewinds.terminal.text import print_json

SUFFIXES: Final = (".yaml", ".yml", ".json")


@dataclass(slots=True)
class Verdict:
    """One file: what it declares, what is wrong, and what is right but not executed today."""

    path: Path
    objects: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return {
            "path": str(self.path),
            "objects": self.objects,
            "errors": self.errors,
            "warnings": self.warnings,
        }


@click.command()
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE|DIR…"
)
@json_option
def validate(paths: Sequence[Path], as_json: bool) -> int:
    """Check manifests without running them; exit code 2 if one is wrong.

    A folder stands for all manifests in it and below. Fields that are right but that nothing
    executes yet are warnings here; where they would run they are refused.
    """
    verdicts = [check(path) for path in find_files(paths)]
    broken = any(verdict.errors for verdict in verdicts)
    if as_json:
        print_json({"ok": not broken, "files": [verdict.to_json() for verdict in verdicts]})
    else:
        for verdict in verdicts:
            show(verdict)
    return 2 if broken else 0


def find_files(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the files named, and the manifests of the folders named, in order."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        found = sorted(
            one
            for one in path.rglob("*")
            if one.suffix in SUFFIXES and one.is_file() and not _hidden(one.relative_to(path))
        )
        if not found:
            raise InputError(f"{path}: there is no manifest in it (*.yaml, *.yml, *.json)")
        yield from found


def check(path: Path) -> Verdict:
    """Check one file; a file that cannot be read is an error like any other."""
    from tradewinds_crds.errors import ManifestError  # noqa: PLC0415
    from tradewinds_crds.manifests import load_file  # noqa: PLC0415 - loads Pydantic
    from tradewinds_crds.support import unsupported  # noqa: PLC0415 - after `--help`

    verdict = Verdict(path)
    try:
        manifests = load_file(path)
    except ManifestError as error:
        for problem in error.problems:
            (verdict.warnings if problem.warning else verdict.errors).append(str(problem))
        return verdict
    for manifest in manifests:
        verdict.objects.append(f"{manifest.kind} {manifest.name}")
        verdict.warnings += [str(problem) for problem in manifest.warnings]
        verdict.warnings += [
            f"{path}:{manifest.line} warning: {sentence}"
            for sentence in unsupported(manifest.kind, manifest.spec)
        ]
    return verdict


def show(verdict: Verdict) -> None:
    """Print a file's verdict: what is right on stdout, what is wrong on stderr."""
    for text in (*verdict.errors, *verdict.warnings):
        click.echo(text, err=True)
    if not verdict.errors:
        click.echo(f"ok  {verdict.path}  {', '.join(verdict.objects)}")


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
