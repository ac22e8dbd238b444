"""Build the images, each as dist/images/NAME.tar with its list of parts beside it.

uv fetches the locked packages for the image's Python and machine, with whatever index and
certificates this machine is set up for; the build itself only copies, and asks no network. What
builds (buildah or docker) and what the images stand on is the cluster's, in `tradewinds_e2e`.
"""

import argparse
import json
import platform
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from tradewinds_e2e.cluster.engine import Engine, find_engine
from tradewinds_e2e.cluster.images import BASE, build_base
from tradewinds_e2e.errors import Unavailable

ROOT = Path(__file__).parents[1]
DIST = ROOT / "dist"
SBOM = "licenses/sbom.json"
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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--uv", default="uv", help="path of uv (default: %(default)s)")
    parser.add_argument("--tag", default="dev", help="the images' tag (default: %(default)s)")
    parser.add_argument(
        "--python-version", default="3.13", help="the base's (default: %(default)s)"
    )
    parser.add_argument("--base", help="the base image (default: Debian trixie, made here)")
    options = parser.parse_args()
    try:
        engine = find_engine()
    except Unavailable as reason:
        print(f"images: skipped: {reason}")
        return 0
    if options.base is None:
        build_base(lambda line: print(f"images: {line}", flush=True))
    (DIST / "images").mkdir(parents=True, exist_ok=True)
    for image in IMAGES:
        fetch(image, options.uv, options.python_version)
        build(image, engine, options.tag, options.base or BASE, options.python_version)
    return 0


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
    name = f"localhost/{image.name}:{tag}"
    arguments = {"BASE": base, "PYTHON_VERSION": python}
    engine.build(name, ROOT / image.dockerfile, ROOT, arguments=arguments)
    archive = DIST / "images" / f"{image.name}.tar"
    archive.unlink(missing_ok=True)
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


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise SystemExit(f"images: '{' '.join(command[:6])} …' ended with {done.returncode}")


if __name__ == "__main__":
    sys.exit(main())
