"""`python -m tradewinds_crds.generate [--check]`: write what is derived, or say what is stale."""

import argparse
import sys
from pathlib import Path

from tradewinds_crds.generate.crd import crd_text
from tradewinds_crds.generate.indicators import indicators_text
from tradewinds_crds.generate.library import library_text
from tradewinds_crds.generate.metrics import metrics_text
from tradewinds_crds.generate.pages import index_text, page_text
from tradewinds_crds.models import DEFINITIONS
from tradewinds_crds.names import GROUP

FOLDERS = ("crds", "charts/tradewinds/files/crds")  # for kubectl, and for Helm


def expected() -> dict[str, str]:
    """Return each derived file's text by its path from the root of the repository."""
    files = {
        "docs/reference/README.md": index_text(),
        "docs/reference/indicators.md": indicators_text(),
        "docs/reference/library.md": library_text(),
        "docs/reference/metrics.md": metrics_text(),
    }
    for definition in DEFINITIONS.values():
        names = definition.names
        for folder in FOLDERS:
            files[f"{folder}/{GROUP}_{names.plural}.yaml"] = crd_text(definition)
        files[f"docs/reference/{names.singular}.md"] = page_text(definition)
    return files


def stale(root: Path) -> list[str]:
    """Return what differs from the models: wrong, missing, or derived from a kind that is gone."""
    files = expected()
    written = [path for folder in FOLDERS for path in root.glob(f"{folder}/{GROUP}_*.yaml")]
    written += root.glob("docs/reference/*.md")
    there = {str(path.relative_to(root)) for path in written}
    wrong = {
        path
        for path, text in files.items()
        if path not in there or (root / path).read_text(encoding="utf-8") != text
    }
    return sorted(wrong | (there - set(files)))


def write(root: Path) -> None:
    files = expected()
    for path in stale(root):
        if path not in files:
            (root / path).unlink()
            continue
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(files[path], encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tradewinds_crds.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if stale")
    parser.add_argument("--root", type=Path, default=Path(__file__).parents[4])
    chosen = parser.parse_args(arguments)
    if not chosen.check:
        write(chosen.root)
        return 0
    differing = stale(chosen.root)
    for path in differing:
        print(f"{path} differs from the models; run: python -m tradewinds_crds.generate")  # noqa: T201 - its output
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
