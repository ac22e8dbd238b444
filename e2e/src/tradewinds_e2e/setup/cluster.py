"""etcd, kube-apiserver and kubectl, built from the Go modules in `e2e/cluster/`.

Only `go.mod` and `go.sum` are committed; `tool` directives name what is built. Binaries go to the
cache, under a key of the version and a hash of all that shapes them. A further part is a folder
with its module and one line in PARTS.
"""

import hashlib
import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tradewinds_e2e.cache import build_once, cache_folder
from tradewinds_e2e.errors import Unavailable
from tradewinds_e2e.setup.packages import find_program

_MODULES = Path(__file__).parents[3] / "cluster"
_GO_REMEDY = "install Go 1.25 or later (https://go.dev/dl) and have it on the PATH"
_VERSION_PACKAGE = "k8s.io/component-base/version"
_LAST_LINES = 5


@dataclass(frozen=True)
class Part:
    """One Go module and the programs that come out of it."""

    name: str
    module: str
    renamed: dict[str, str] = field(default_factory=dict)
    says_version: bool = False

    @property
    def version(self) -> str:
        """The version that go.mod pins, without its `v`."""
        text = (_MODULES / self.name / "go.mod").read_text()
        found = re.search(rf"{re.escape(self.module)} v(\S+)", text)
        if found is None:
            raise Unavailable(f"e2e/cluster/{self.name}/go.mod names no version of {self.module}")
        return found[1]

    @property
    def folder(self) -> Path:
        """Where the binaries are, or would be."""
        digest = hashlib.sha256("\0".join(self._flags()).encode())
        for name in ("go.mod", "go.sum"):
            digest.update((_MODULES / self.name / name).read_bytes())
        key = f"{self.name}-{self.version}-{digest.hexdigest()[:12]}"
        return cache_folder() / "cluster" / key

    def program(self, name: str) -> Path:
        """Return the path of a built program, or raise Unavailable with the remedy."""
        path = self.folder / name
        if not path.exists():
            raise Unavailable(f"{name} {self.version} is not built: run `make servers`")
        return path

    def build(self) -> bool:
        """Build the programs unless they are there; say whether they were built now."""
        return build_once(self.folder, self._build)

    def _build(self, folder: Path) -> None:
        go = find_program("go") or find_program("/usr/local/go/bin/go")
        if go is None:
            raise Unavailable(f"{self.name} cannot be built without Go: {_GO_REMEDY}")
        done = subprocess.run(  # noqa: S603 - the words are ours
            [go, "build", "-trimpath", *self._flags(), "-o", f"{folder}/", "tool"],
            cwd=_MODULES / self.name,
            env={**os.environ, "CGO_ENABLED": "0"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            last = " | ".join(done.stdout.splitlines()[-_LAST_LINES:])
            raise Unavailable(f"{self.name} could not be built: {last}; {_GO_REMEDY}")
        for built, wanted in self.renamed.items():
            (folder / built).rename(folder / wanted)

    def _flags(self) -> list[str]:
        words = ["-s", "-w"]
        if self.says_version:
            words += [f"-X {_VERSION_PACKAGE}.{key}={value}" for key, value in self._stamps()]
        return ["-ldflags", " ".join(words)]

    def _stamps(self) -> list[tuple[str, str]]:
        # Without these the server calls itself v0.0.0-master, and version checks of charts fail.
        major, minor, _ = self.version.split(".", 2)
        return [
            ("gitVersion", f"v{self.version}"),
            ("gitMajor", major),
            ("gitMinor", minor),
            ("gitTreeState", "clean"),
            ("gitCommit", "unknown"),
            ("buildDate", "1970-01-01T00:00:00Z"),
        ]


ETCD = Part("etcd", "go.etcd.io/etcd/server/v3", renamed={"server": "etcd"})
KUBERNETES = Part("kubernetes", "k8s.io/kubernetes", says_version=True)
PARTS = (ETCD, KUBERNETES)
