"""A Git repository that Argo CD follows, Applications of ours, and what became of them."""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import yaml
from installation import ROOT, Site, until

from tradewinds_e2e.cluster import argocd
from tradewinds_e2e.cluster.argocd import ArgoCd
from tradewinds_e2e.servers import git
from tradewinds_e2e.servers.git import GitRepository

FOLDER: Final = ROOT / "manifests" / "argocd"
_KIND: Final = "applications.argoproj.io"
# Argo CD calls kustomize by name; kubectl has it inside.
_KUSTOMIZE: Final = '#!/bin/sh\n[ "$1" = build ] && shift\nexec kubectl kustomize "$@"\n'

Manifest = dict[str, Any]


@dataclass(frozen=True)
class GitOps:
    """A repository that Argo CD follows into one cluster."""

    site: Site
    argo: ArgoCd
    repository: GitRepository

    def declare(self, file: str, namespace: str) -> str:
        """Apply an Application of `manifests/argocd/` for this repository; return its name."""
        return self._apply(self._application(file, namespace), namespace)

    def show(self, file: str, namespace: str) -> str:
        """Apply one that is compared and never synced; return its name."""
        found = self._application(file, namespace)
        del found["spec"]["syncPolicy"]
        return self._apply(found, namespace)

    def _application(self, file: str, namespace: str) -> Manifest:
        (found,) = _documents(file, "Application")
        found["spec"]["source"]["repoURL"] = self.repository.url
        found["spec"]["destination"]["namespace"] = namespace
        return found

    def _apply(self, application: Manifest, name: str) -> str:
        application["metadata"]["name"] = name
        self.site.kubectl("apply", "--server-side", "-f", "-", stdin=json.dumps(application))
        return name

    def project(self, *namespaces: str) -> None:
        """Apply the project `trading`, for other namespaces than its own."""
        (found,) = _documents("project.yaml", "AppProject")
        (place,) = found["spec"]["destinations"]
        found["spec"]["destinations"] = [place | {"namespace": one} for one in namespaces]
        self.site.kubectl("apply", "--server-side", "-f", "-", stdin=json.dumps(found))

    def remove(self, *names: str) -> None:
        """Delete Applications with all that they brought."""
        words = ("--namespace", argocd.NAMESPACE, "--ignore-not-found", "--timeout=120s")
        self.site.kubectl("delete", _KIND, *names, *words)

    def commit(self, files: dict[str, str | None], why: str) -> str:
        return self.repository.commit(files, why)

    def until_synced(self, name: str, revision: str, health: str, seconds: float = 180) -> Manifest:
        """Wait until an Application stands at a revision, as healthy as that; return its status."""
        self.argo.refresh(name)

        def there() -> Manifest:
            status: Manifest = self.argo.application(name).get("status", {})
            sync, well = status.get("sync", {}), status.get("health", {})
            is_there = (sync.get("status"), sync.get("revision")) == ("Synced", revision)
            return status if is_there and well.get("status") == health else {}

        return until(there, seconds, f"{name} is synced and {health}")

    def until_refused(self, name: str, revision: str, words: str, seconds: float = 120) -> None:
        """Wait until a sync of a revision has said these words; it is tried again, in vain."""
        self.argo.refresh(name)

        def said() -> str:
            state = self.argo.application(name).get("status", {}).get("operationState", {})
            result = state.get("syncResult", {})
            messages = [one.get("message", "") for one in result.get("resources", [])]
            text = "\n".join([state.get("message", ""), *messages])
            return text if result.get("revision") == revision and words in text else ""

        until(said, seconds, f"the sync of {name} fails with {words!r}")

    def looks(self, name: str, times: int) -> Iterator[Manifest]:
        """Yield an Application's status after each of Argo CD's next looks at it."""
        for _ in range(times):
            before = self.argo.application(name)["status"]["reconciledAt"]
            yield until(partial(self._newer, name, before), 60, f"a look at {name}")

    def _newer(self, name: str, seen: str) -> Manifest:
        status: Manifest = self.argo.application(name)["status"]
        return status if status["reconciledAt"] != seen else {}


@contextmanager
def running(site: Site, folder: Path) -> Iterator[GitOps]:
    """Run Argo CD with our health and actions, and a repository with our samples."""
    (customizations,) = _documents("customizations.yaml", "ConfigMap")
    with ExitStack() as stack:
        stack.enter_context(_kustomize(folder, site.kubectl_path.parent))
        repository = stack.enter_context(git.running())
        for path in ("manifests/samples/first-bot", "manifests/argocd/gated", "charts/tradewinds"):
            repository.commit_tree(ROOT / path, path, f"Add {path}")
        argo = stack.enter_context(argocd.running(site.cluster, customizations["data"]))
        yield GitOps(site, argo, repository)


@contextmanager
def _kustomize(folder: Path, kubectl: Path) -> Iterator[None]:
    """Put a `kustomize` on the PATH."""
    program = folder / "kustomize"
    program.write_text(_KUSTOMIZE)
    program.chmod(0o755)
    before = os.environ["PATH"]
    os.environ["PATH"] = os.pathsep.join([str(folder), str(kubectl), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before


def _documents(file: str, kind: str) -> list[Manifest]:
    text = (FOLDER / file).read_text()
    return [one for one in yaml.safe_load_all(text) if one["kind"] == kind]
