"""The images that are in every cluster, each made once and kept as an archive in the cache folder.

tradewinds-base:trixie      Debian trixie with Python; what the project's own images stand on
tradewinds-pause:dev        holds a pod's network
tradewinds-coredns:dev      names in the cluster
tradewinds-keda:dev         KEDA's operator
tradewinds-timescaledb:dev  PostgreSQL 17 with TimescaleDB, told like the official image
tradewinds-redis:dev        Redis, told like the official image
"""

import hashlib
import shutil
import tarfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tradewinds_e2e.cache import build_once, cache_folder
from tradewinds_e2e.cluster.engine import find_engine
from tradewinds_e2e.setup.cluster import COREDNS, KEDA, Part
from tradewinds_e2e.setup.packages import find_program
from tradewinds_e2e.setup.trixie import debootstrap

BASE = "localhost/tradewinds-base:trixie"
_BASE_PACKAGES = "python3,ca-certificates"
# Where there is no debootstrap there is a registry, or nothing.
_PUBLIC_BASE = "docker.io/library/python:3.13-slim-trixie"
_SOURCES = Path(__file__).parents[3] / "cluster" / "images"
_ARCHIVE = "image.tar"


@dataclass(frozen=True)
class Image:
    """One image: the stage that makes it, and what that stage copies: a built part, our scripts."""

    stage: str
    part: Part | None = None
    scripts: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What pods call it."""
        return f"localhost/tradewinds-{self.stage}:dev"

    @property
    def key(self) -> str:
        """Tell one content from another."""
        shape = [base_key(), self.part.folder.name if self.part else ""]
        digest = hashlib.sha256("\0".join(shape).encode())
        for source in ("Containerfile", *self.scripts):
            digest.update((_SOURCES / source).read_bytes())
        return f"{self.stage}-{digest.hexdigest()[:12]}"

    def build(self, folder: Path) -> None:
        """Write the archive to `folder`."""
        engine, context = find_engine(), folder / "context"
        shutil.copytree(_SOURCES, context)
        if self.part:
            for program in self.part.folder.iterdir():
                if program.is_file():
                    shutil.copy(program, context)
        containerfile = context / "Containerfile"
        engine.build(self.name, containerfile, context, self.stage, {"BASE": BASE})
        engine.save(self.name, folder / _ARCHIVE)
        shutil.rmtree(context)


# What a node itself is made of, and what journeys run on any cluster.
NODE_IMAGES = (Image("pause"), Image("coredns", COREDNS), Image("keda", KEDA))
STORE_IMAGES = (Image("timescaledb", scripts=("start-timescaledb",)), Image("redis"))
ALL_IMAGES = (*NODE_IMAGES, *STORE_IMAGES)


def archives(images: Sequence[Image]) -> dict[str, Path]:
    """Return the archive of the base and of each image by its name, made or not."""
    keys = {BASE: base_key(), **{image.name: image.key for image in images}}
    return {name: _store() / key / _ARCHIVE for name, key in keys.items()}


def build_images(images: Sequence[Image], say: Callable[[str], None]) -> None:
    """Make the archives that are missing; what they replace is removed."""
    build_base(say)
    for image in images:
        _build(image.key, image.build, say)


def build_base(say: Callable[[str], None]) -> None:
    """Make what all other images stand on, unless it is there."""
    _build(base_key(), _build_base, say)


def base_key() -> str:
    """Tell one base from another."""
    return f"base-{hashlib.sha256(_BASE_PACKAGES.encode()).hexdigest()[:12]}"


def _store() -> Path:
    return cache_folder() / "images"


def _build(key: str, build: Callable[[Path], None], say: Callable[[str], None]) -> None:
    folder = _store() / key
    if folder.exists():
        return
    say(f"building the image {key}")
    build_once(folder, build)
    stage = key.rpartition("-")[0]
    for other in _store().glob(f"{stage}-*"):
        if other.is_dir() and other != folder:
            other.with_name(f"{other.name}.lock").unlink(missing_ok=True)
            shutil.rmtree(other)


def _build_base(folder: Path) -> None:
    context = folder / "context"
    context.mkdir()
    lines = f"FROM {_PUBLIC_BASE}"
    if find_program("debootstrap"):
        _make_tree(folder / "root", context / "root.tar")
        lines = "FROM scratch\nADD root.tar /"
    (context / "Containerfile").write_text(f"{lines}\n")
    engine = find_engine()
    engine.build(BASE, context / "Containerfile", context)
    engine.save(BASE, folder / _ARCHIVE)
    shutil.rmtree(context)


def _make_tree(root: Path, archive: Path) -> None:
    debootstrap(root, _BASE_PACKAGES)
    for leftover in ("var/cache/apt/archives", "var/lib/apt/lists"):
        shutil.rmtree(root / leftover)
        (root / leftover).mkdir()
    with tarfile.open(archive, "w") as tar:
        tar.add(root, arcname=".")
    shutil.rmtree(root)
