"""Write the requirement files that every environment is installed from, or check them.

uv's own lock file names the registry it was made with, and registries differ from place to place
(mirrors, proxies), so what is committed is its export: exact versions with hashes and markers, no
addresses. Each file opens with a digest of the dependency tables that it answers, which `--check`
compares without a network.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
UV_VERSION = "0.13.8"
EXPORT = ["export", "--quiet", "--frozen", "--no-emit-workspace", "--no-header", "--no-annotate"]
COMPILE = ["pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-header"]
EXPORTS = {
    "requirements.txt": ["--all-packages", "--all-extras"],
    "requirements-runtime.txt": ["--package", "tradewinds", "--no-default-groups"],
    # The operator asks the store for its queue alone: what reads bars stays out of its image.
    "requirements-operator.txt": [
        *("--package", "tradewinds-operator", "--no-default-groups"),
        *("--prune", "numpy", "--prune", "pyarrow"),
    ],
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--uv", default="uv", help="path of uv (default: %(default)s)")
    options = parser.parse_args()
    return check() if options.check else write(options.uv)


def check() -> int:
    header = digest_line()
    stale = [name for name in EXPORTS if first_line(ROOT / name) != header]
    for name in stale:
        print(f"{name}: does not answer the dependencies in pyproject.toml: run `make lock`")
    return 1 if stale else 0


def write(uv: str) -> int:
    header = digest_line()
    subprocess.run([uv, "lock", "--quiet", "--upgrade"], cwd=ROOT, check=True)
    for name, options in EXPORTS.items():
        body = output([uv, *EXPORT, *options])
        (ROOT / name).write_text(f"{header}\n{body}")
    body = output([uv, *COMPILE, "--no-annotate", "-"], stdin=f"uv=={UV_VERSION}")
    (ROOT / "requirements-uv.txt").write_text(body)
    return 0


def output(command: list[str], stdin: str = "") -> str:
    done = subprocess.run(
        command, cwd=ROOT, input=stdin, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout


def digest_line() -> str:
    text = json.dumps([list(tables(path)) for path in project_files()], sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f"# Made by `make lock` from dependencies sha256:{digest}"


def project_files() -> list[Path]:
    root = tomllib.loads((ROOT / "pyproject.toml").read_text())
    members = root["tool"]["uv"]["workspace"]["members"]
    return [ROOT / "pyproject.toml", *(ROOT / name / "pyproject.toml" for name in sorted(members))]


def tables(path: Path) -> Iterator[Any]:
    document = tomllib.loads(path.read_text())
    project = document["project"]
    yield project["name"]
    yield project["requires-python"]
    yield project.get("dependencies", [])
    yield project.get("optional-dependencies", {})
    yield document.get("dependency-groups", {})


def first_line(path: Path) -> str:
    with path.open() as lines:
        return lines.readline().rstrip()


if __name__ == "__main__":
    sys.exit(main())
