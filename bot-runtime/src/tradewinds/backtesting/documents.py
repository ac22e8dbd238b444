"""The manifests of a file and of the files beside it, where what a Backtest refers to may stand."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tradewinds_crds.errors import ManifestError
from tradewinds_crds.loader import MAX_BYTES
from tradewinds_crds.manifests import Manifest, load_file
from tradewinds_crds.names import API_VERSION

SUFFIXES: Final = (".yaml", ".yml", ".json")
GROUP: Final = API_VERSION.partition("/")[0]


class Documents:
    """The manifests of a file, and those beside it, which are read only when they are needed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.own = load_file(path)
        self._beside: list[Manifest] | None = None
        self.unreadable: list[Path] = []

    def find(self, kind: str, name: str) -> Manifest | None:
        """Return a manifest of this file, or else of a file beside it."""
        for manifest in self._all():
            if (manifest.kind, manifest.name) == (kind, name):
                return manifest
        return None

    def names(self, kind: str) -> list[str]:
        return sorted({manifest.name for manifest in self._all() if manifest.kind == kind})

    def _all(self) -> Iterator[Manifest]:
        yield from self.own
        if self._beside is None:
            self._beside = [one for path in self._neighbours() for one in self._read(path)]
        yield from self._beside

    def _neighbours(self) -> Sequence[Path]:
        files = (path for path in self._path.parent.iterdir() if path.suffix in SUFFIXES)
        return sorted(path for path in files if path != self._path and _may_be_manifests(path))

    def _read(self, path: Path) -> list[Manifest]:
        try:
            return load_file(path)
        except ManifestError:
            self.unreadable.append(path)
            return []


def _may_be_manifests(path: Path) -> bool:
    """Whether a file is as small as manifests are; JSON, which is data as a rule, names us."""
    if not path.is_file() or path.stat().st_size > MAX_BYTES:
        return False
    return path.suffix != ".json" or GROUP.encode() in path.read_bytes()
