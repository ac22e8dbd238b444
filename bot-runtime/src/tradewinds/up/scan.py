"""Reads the manifests of a folder, again whenever one of its files has changed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tradewinds_crds.errors import ManifestError
from tradewinds_crds.loader import read_source
from tradewinds_crds.manifests import Manifest, load_source
from tradewinds_crds.source import Source

ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Scan:
    """What the files of a folder say now."""

    declared: tuple[Manifest, ...] = ()
    unreadable: frozenset[str] = frozenset()
    problems: tuple[str, ...] = ()


Stamp = tuple[int, int]


@dataclass(slots=True)
class Scanner:
    """Scans a folder; `changed` is cheap enough to ask twice a second."""

    directory: Path
    _stamps: dict[str, Stamp] | None = field(default=None, init=False)
    _read: dict[str, tuple[Stamp, Scan]] = field(default_factory=dict, init=False)

    def changed(self) -> bool:
        """Return whether a file appeared, changed or went since the last `scan`."""
        return self._stamps != self._look()

    def scan(self) -> Scan:
        """Read what has changed and return what the whole folder says."""
        self._stamps = self._look()
        for gone in self._read.keys() - self._stamps.keys():
            del self._read[gone]
        for name, stamp in self._stamps.items():
            known = self._read.get(name)
            if known is None or known[0] != stamp:
                self._read[name] = (stamp, read_file(self.directory, name))
        scans = [self._read[name][1] for name in sorted(self._read)]
        return Scan(
            declared=tuple(one for scan in scans for one in scan.declared),
            unreadable=frozenset(name for scan in scans for name in scan.unreadable),
            problems=tuple(problem for scan in scans for problem in scan.problems),
        )

    def _look(self) -> dict[str, Stamp]:
        return {
            str(path.relative_to(self.directory)): (path.stat().st_mtime_ns, path.stat().st_size)
            for path in _manifest_files(self.directory)
        }


def _manifest_files(directory: Path) -> Iterator[Path]:
    for path in directory.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(directory).parts)
        if path.suffix in ENDINGS and not hidden and path.is_file():
            yield path


def read_file(directory: Path, name: str) -> Scan:
    """Read one file; one that is wrong is reported and its objects stay as they were."""
    try:
        text = read_source(directory / name).text
        return Scan(tuple(load_source(Source(name, text))))
    except ManifestError as error:
        return Scan(unreadable=frozenset({name}), problems=(str(error),))
