"""The chart as Helm renders it, and what stands in it."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

CHART = Path(__file__).parents[3] / "charts" / "tradewinds"
HOME = "tradewinds-system"
VALUES = ("development", "testing", "staging", "production")
KUBERNETES = "1.35.4"

Object = dict[str, Any]


@dataclass(frozen=True)
class Helm:
    """A built `helm`, of version 3 or 4."""

    program: Path

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.program, *words], capture_output=True, text=True, check=False, cwd=CHART
        )

    def template(self, *options: str) -> list[Object]:
        """Return every object, hooks and tests among them, in a fixed order."""
        words = ("template", "tw", str(CHART), "--namespace", HOME, "--kube-version", KUBERNETES)
        done = self.run(*words, *options)
        assert done.returncode == 0, done.stderr
        objects = [one for one in yaml.safe_load_all(done.stdout) if one]
        return sorted(objects, key=lambda one: (one["kind"], place(one)))


def values(name: str) -> tuple[str, str]:
    return "--values", str(CHART / f"values-{name}.yaml")


def setting(**words: str) -> list[str]:
    """Return `--set-json` options; `__` in a name is a dot."""
    return [f"--set-json={key.replace('__', '.')}={value}" for key, value in words.items()]


def place(one: Object) -> str:
    return f"{one['metadata'].get('namespace', '')}/{one['metadata']['name']}"


def of(objects: list[Object], kind: str, name: str = "") -> list[Object]:
    """Return the objects of a kind, or the ones of that name."""
    named = [one for one in objects if one["kind"] == kind]
    return [one for one in named if not name or one["metadata"]["name"] == name]


def pods(objects: list[Object]) -> Iterator[tuple[str, str, Object]]:
    """Yield kind, name and pod template of everything that makes pods."""
    for one in objects:
        name, spec = one["metadata"]["name"], one.get("spec", {})
        if one["kind"] == "Pod":
            yield "Pod", name, {"metadata": one["metadata"], "spec": spec}
        elif one["kind"] == "ScaledJob":
            yield "ScaledJob", name, spec["jobTargetRef"]["template"]
        elif "template" in spec:
            yield one["kind"], name, spec["template"]


def as_pod(name: str, template: Object) -> Object:
    """Return the pod that a controller would make of a template, volumes of claims included."""
    spec = dict(template["spec"])
    named = {one["name"] for one in spec.get("volumes", [])}
    mounted = {one["name"] for part in spec["containers"] for one in part.get("volumeMounts", [])}
    claims = [{"name": one, "emptyDir": {}} for one in sorted(mounted - named)]
    spec["volumes"] = [*spec.get("volumes", []), *claims]
    labels = template["metadata"].get("labels", {})
    return {
        "metadata": {"name": name, "labels": labels},
        "spec": {"restartPolicy": "Always", **spec},
    }
