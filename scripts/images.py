"""Build the images, each as dist/images/NAME.tar with its list of parts beside it.

uv fetches the locked packages for the image's Python and machine, with whatever index and
certificates this machine is set up for; the build itself only copies, and asks no network. Docker
builds where its engine answers, else buildah, which needs none.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).parents[1]
DIST = ROOT / "dist"
SBOM = "licenses/sbom.json"
PUBLIC_BASE = "python:{python}-slim-trixie"
OWN_BASE = "localhost/tradewinds-base:trixie"
MEGABYTE = 2**20


@dataclass(frozen=True)
class Image:
    """An image: its Dockerfile, what is locked for it, and whose wheels it holds."""

    name: str
    dockerfile: str
    requirements: str
    wheels: tuple[str, ...]


IMAGES = (
    Image(
        "tradewinds",
        "Dockerfile",
        "requirements-runtime.txt",
        ("tradewinds_crds", "tradewinds_store", "tradewinds"),
    ),
    Image(
        "tradewinds-operator",
        "operator/Dockerfile",
        "requirements-operator.txt",
        ("tradewinds_crds", "tradewinds_store", "tradewinds_operator"),
    ),
)


class Engine(Protocol):
    """Builds an image from a Dockerfile and writes it as an archive."""

    def build(self, image: Image, tag: str, arguments: list[str]) -> None: ...

    def save(self, tag: str, archive: Path) -> None: ...


class Docker:
    """An engine that answers `docker info`."""

    def build(self, image: Image, tag: str, arguments: list[str]) -> None:
        run("docker", "build", "--quiet", *arguments, "--tag", tag, "--file", image.dockerfile, ".")

    def save(self, tag: str, archive: Path) -> None:
        run("docker", "save", "--output", str(archive), tag)


class Buildah:
    """buildah in a chroot: no daemon and no namespaces of its own."""

    def __init__(self, store: Path) -> None:
        self._command = ["buildah", "--root", str(store / "store"), "--runroot", str(store / "run")]

    def build(self, image: Image, tag: str, arguments: list[str]) -> None:
        options = ["--isolation", "chroot", "--layers", "--quiet", *arguments]
        run(*self._command, "bud", *options, "--tag", tag, "--file", image.dockerfile, ".")

    def save(self, tag: str, archive: Path) -> None:
        archive.unlink(missing_ok=True)
        run(*self._command, "push", "--quiet", tag, f"docker-archive:{archive}:{tag}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--uv", default="uv", help="path of uv (default: %(default)s)")
    parser.add_argument("--tag", default="dev", help="the images' tag (default: %(default)s)")
    parser.add_argument(
        "--python-version", default="3.13", help="the base's (default: %(default)s)"
    )
    parser.add_argument("--base", help="the base image (default: Debian trixie with that Python)")
    options = parser.parse_args()
    engine = find_engine()
    if engine is None:
        print("images: skipped: no engine answers 'docker info', and there is no buildah;")
        print("        start Docker or install buildah, then make images")
        return 0
    base = options.base or default_base(engine, options.python_version)
    (DIST / "images").mkdir(parents=True, exist_ok=True)
    for image in IMAGES:
        fetch(image, options.uv, options.python_version)
        build(image, engine, options.tag, base, options.python_version)
    return 0


def find_engine() -> Engine | None:
    if shutil.which("docker") and answers("docker", "info"):
        return Docker()
    return Buildah(images_folder()) if shutil.which("buildah") else None


def images_folder() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "tradewinds" / "images"


def default_base(engine: Engine, python: str) -> str:
    return PUBLIC_BASE.format(python=python) if isinstance(engine, Docker) else OWN_BASE


def fetch(image: Image, uv: str, python: str) -> None:
    """Lay the image's packages into dist/packages/NAME, for its Python and this machine."""
    folder = DIST / "packages" / image.name
    shutil.rmtree(folder, ignore_errors=True)
    target = ["--target", str(folder), "--python-version", python, "--only-binary", ":all:"]
    target += ["--python-platform", f"{platform.machine()}-manylinux_2_28", "--no-deps", "--quiet"]
    target += ["--link-mode", "copy"]
    run(uv, "pip", "install", *target, "--require-hashes", "--requirement", image.requirements)
    wheels = [str(path) for name in image.wheels for path in DIST.glob(f"{name}-*.whl")]
    run(uv, "pip", "install", *target, *wheels)


def build(image: Image, engine: Engine, tag: str, base: str, python: str) -> None:
    """Build one image, save it, and take its list of parts out of it."""
    name = f"{'' if isinstance(engine, Docker) else 'localhost/'}{image.name}:{tag}"
    arguments = ["--build-arg", f"BASE={base}", "--build-arg", f"PYTHON_VERSION={python}"]
    engine.build(image, name, arguments)
    archive = DIST / "images" / f"{image.name}.tar"
    engine.save(name, archive)
    parts = read_parts(archive)
    archive.with_suffix(".sbom.json").write_bytes(parts)
    count, size = len(json.loads(parts)["components"]), archive.stat().st_size // MEGABYTE
    print(f"images: {name} in {archive.relative_to(ROOT)}, {size} MB, {count} parts", flush=True)


def read_parts(archive: Path) -> bytes:
    """Return the list of parts that lies in one of the archive's layers."""
    with tarfile.open(archive) as outer:
        manifest = outer.extractfile("manifest.json")
        assert manifest is not None  # noqa: S101 - every docker archive has one
        for layer in reversed(json.load(manifest)[0]["Layers"]):
            with tarfile.open(fileobj=outer.extractfile(layer)) as inner:
                if SBOM in inner.getnames() and (found := inner.extractfile(SBOM)):
                    return found.read()
    raise SystemExit(f"{archive}: no layer has /{SBOM}: its Dockerfile should copy it")


def answers(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise SystemExit(f"images: '{' '.join(command[:6])} …' ended with {done.returncode}")


if __name__ == "__main__":
    sys.exit(main())
