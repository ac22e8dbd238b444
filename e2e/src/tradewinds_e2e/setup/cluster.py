"""The programs of a cluster, built from the Go modules in `e2e/cluster/`.

Only `go.mod` and `go.sum` are committed; `tool` directives name what is built. Binaries go to the
cache, under a key of the version and a hash of all that shapes them. PARTS are what the
members' tests need; CLUSTER_PARTS what a whole cluster needs beside them; JOURNEY_PARTS what some
journeys run on it.
"""

import hashlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tradewinds_e2e.cache import build_once, cache_folder
from tradewinds_e2e.errors import Unavailable
from tradewinds_e2e.setup.packages import find_program

_MODULES = Path(__file__).parents[3] / "cluster"
_GO_REMEDY = "install Go 1.26 or later (https://go.dev/dl) and have it on the PATH"
_VERSION_PACKAGE = "k8s.io/component-base/version"
_LAST_LINES = 5


@dataclass(frozen=True)
class Part:
    """Some programs of one Go module: `programs`, else all that its `tool` lines name.

    `renamed` gives programs the names that people know; `copied` takes folders out of the
    module's own source, such as the definitions of its resources.
    """

    name: str
    module: str
    source: str = ""
    programs: tuple[str, ...] = ()
    renamed: dict[str, str] = field(default_factory=dict)
    copied: dict[str, str] = field(default_factory=dict)
    says_version: bool = False

    @property
    def version(self) -> str:
        """The version that go.mod pins, without its `v`."""
        found = re.search(rf"{re.escape(self.module)} v(\S+)", (self._home / "go.mod").read_text())
        if found is None:
            raise Unavailable(f"{self._home / 'go.mod'} names no version of {self.module}")
        return found[1]

    @property
    def folder(self) -> Path:
        """Where the binaries are, or would be."""
        shape = [*self._flags(), *self.programs, *self.copied]
        digest = hashlib.sha256("\0".join(shape).encode())
        for name in ("go.mod", "go.sum"):
            digest.update((self._home / name).read_bytes())
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
        packages = [f"{self.module}/cmd/{program}" for program in self.programs] or ["tool"]
        self._go("build", "-trimpath", *self._flags(), "-o", f"{folder}/", *packages)
        for built, wanted in self.renamed.items():
            (folder / built).rename(folder / wanted)
        for inside, wanted in self.copied.items():
            module = self._go("list", "-m", "-f", "{{.Dir}}", self.module).strip()
            shutil.copytree(Path(module, inside), folder / wanted, copy_function=shutil.copyfile)

    def _go(self, *words: str) -> str:
        go = find_program("go") or find_program("/usr/local/go/bin/go")
        if go is None:
            raise Unavailable(f"{self.name} cannot be built without Go: {_GO_REMEDY}")
        done = subprocess.run(  # noqa: S603 - the words are ours
            [go, *words],
            cwd=self._home,
            env={**os.environ, "CGO_ENABLED": "0"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            last = " | ".join(done.stderr.splitlines()[-_LAST_LINES:])
            raise Unavailable(f"{self.name} could not be built: {last}; {_GO_REMEDY}")
        return done.stdout

    @property
    def _home(self) -> Path:
        return _MODULES / (self.source or self.name)

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


_NODE_PROGRAMS = ("kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy")

ETCD = Part("etcd", "go.etcd.io/etcd/server/v3", renamed={"server": "etcd"})
KUBERNETES = Part(
    "kubernetes", "k8s.io/kubernetes", programs=("kube-apiserver", "kubectl"), says_version=True
)
KUBERNETES_NODE = Part(
    "kubernetes-node",
    "k8s.io/kubernetes",
    source="kubernetes",
    programs=_NODE_PROGRAMS,
    says_version=True,
)
HELM = Part("helm", "helm.sh/helm/v4")
COREDNS = Part("coredns", "github.com/coredns/coredns")
KEDA = Part(
    "keda",
    "github.com/kedacore/keda/v2",
    renamed={"operator": "keda-operator"},
    copied={"config/crd/bases": "crds"},
)
LOCAL_PATH_PROVISIONER = Part("local-path-provisioner", "github.com/rancher/local-path-provisioner")
KWOK = Part("kwok", "sigs.k8s.io/kwok", copied={"kustomize/stage": "stages"})
# Argo CD renders charts with Helm 3, found on its PATH.
ARGOCD = Part(
    "argocd",
    "github.com/argoproj/argo-cd/v3",
    renamed={"cmd": "argocd"},
    copied={"manifests/crds": "crds", "manifests/base/config": "config"},
)
HELM_3 = Part("helm3", "helm.sh/helm/v3")

PARTS = (ETCD, KUBERNETES, KUBERNETES_NODE, HELM, HELM_3)
CLUSTER_PARTS = (COREDNS, KEDA, LOCAL_PATH_PROVISIONER)
JOURNEY_PARTS = (KWOK, ARGOCD)
