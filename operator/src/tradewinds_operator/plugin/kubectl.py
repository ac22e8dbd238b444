"""`kubectl` as a subprocess: the only way in which the plugin talks to a cluster."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from tradewinds_crds.names import KINDS, Kind
from tradewinds_operator.plugin.errors import DeskError, InputError
from tradewinds_operator.plugin.refusals import refusal

Object = dict[str, Any]
MANAGER: Final = "kubectl-tradewinds"  # of fields that a person sets by this plugin
_SECONDS: Final = 60  # for one call; a login may ask the person something


@dataclass(frozen=True, slots=True)
class Kubectl:
    """A cluster, and the namespaces in it that are meant."""

    connection: tuple[str, ...] = ()  # --context and --kubeconfig, as they were typed
    namespace: str | None = None  # None: kubectl's own
    everywhere: bool = False  # all namespaces

    def objects(self, *kinds: Kind) -> list[Object]:
        """Return the objects of these kinds where we look, by kind, namespace and name."""
        plurals = ",".join(KINDS[kind].crd for kind in kinds)
        found: list[Object] = self._json("get", plurals, *self._scope())["items"]
        return found

    def labelled(self, resource: str, selector: str, namespace: str) -> list[Object]:
        """Return objects of another API with these labels."""
        found: list[Object] = self._json("get", resource, "-l", selector, "-n", namespace)["items"]
        return found

    def object(self, kind: Kind, name: str) -> Object:
        """Return one object with who manages its fields; MissingError if it is not there."""
        if self.everywhere and KINDS[kind].namespaced:
            raise InputError(f"{KINDS[kind].singular}/{name}: say in which namespace: -n NAMESPACE")
        scope = self._scope() if KINDS[kind].namespaced else ()
        return self._json("get", KINDS[kind].crd, name, *scope, "--show-managed-fields")

    def ask(self, path: str, seconds: float) -> Object:
        """GET a path of the API server, such as a Service behind its proxy."""
        answer: Object = json.loads(
            self.run("get", "--raw", path, f"--request-timeout={seconds:g}s")
        )
        return answer

    def create(self, manifest: Mapping[str, Any]) -> None:
        """Create an object; the API server refuses a name that is taken."""
        self.run(
            *("create", "-f", "-", f"--field-manager={MANAGER}", "-o", "name"),
            stdin=json.dumps(manifest),
        )

    def patch(self, resource: Mapping[str, Any], change: Mapping[str, Any]) -> None:
        """Merge a change into an object."""
        metadata = resource["metadata"]
        scope = ("-n", metadata["namespace"]) if "namespace" in metadata else ()
        self.run(
            *("patch", KINDS[Kind(resource["kind"])].crd, metadata["name"], *scope),
            *("--type=merge", f"--field-manager={MANAGER}", "-p", json.dumps(change)),
        )

    def user(self) -> str:
        """Return who the API server takes us for."""
        answer = self._json("auth", "whoami")
        name: str = answer["status"]["userInfo"]["username"]
        return name

    def become(self, *words: str) -> NoReturn:
        """Run `kubectl` in our place, for what streams until a person stops it."""
        program = _program()
        os.execv(program, [program, *words, *self.connection])  # noqa: S606 - no shell

    def run(self, *words: str, stdin: str | None = None) -> str:
        """Run `kubectl` and return what it prints; DeskError says why it failed."""
        try:
            done = subprocess.run(  # noqa: S603 - the words are ours, and no shell reads them
                [_program(), *words, *self.connection],
                input=stdin,
                capture_output=True,
                text=True,
                check=False,
                timeout=_SECONDS,
            )
        except subprocess.TimeoutExpired as error:
            raise DeskError(f"kubectl {words[0]} did not answer in {_SECONDS} s") from error
        if done.returncode:
            raise refusal(done.stderr.strip())
        return done.stdout

    def _json(self, *words: str) -> Object:
        answer: Object = json.loads(self.run(*words, "-o", "json"))
        return answer

    def _scope(self) -> tuple[str, ...]:
        if self.everywhere:
            return ("-A",)
        return ("-n", self.namespace) if self.namespace else ()


def _program() -> str:
    program = shutil.which("kubectl")
    if program is None:
        raise InputError(
            "There is no kubectl on the PATH. See https://kubernetes.io/docs/tasks/tools"
        )
    return program
