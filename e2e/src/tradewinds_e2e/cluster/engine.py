"""Builds images: by buildah without a daemon where it is installed, else by docker.

Neither needs a registry: the base is a Debian trixie made here by debootstrap, for buildah in a
store of its own in the cache folder. A machine with docker alone takes the base that it is given.
"""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tradewinds_e2e.cache import cache_folder
from tradewinds_e2e.errors import ServerFailed, Unavailable
from tradewinds_e2e.setup.packages import complaint, find_program


@dataclass(frozen=True)
class Engine:
    """A command that builds, one that writes an image to a file, and one that tidies up."""

    build_command: tuple[str, ...]
    save_command: tuple[str, ...]
    tidy_command: tuple[str, ...] = ()

    def build(
        self,
        image: str,
        containerfile: Path,
        context: Path,
        target: str = "",
        arguments: Mapping[str, str] | None = None,
    ) -> None:
        """Build `image` from a stage of the Containerfile."""
        words = [*self.build_command, "--tag", image, "--file", str(containerfile)]
        words += [f"--build-arg={name}={value}" for name, value in (arguments or {}).items()]
        words += ["--target", target] if target else []
        _run(f"image {image} could not be built", [*words, str(context)])

    def save(self, image: str, archive: Path) -> None:
        """Write `image` to a file that containerd, docker and kind can load."""
        words = [word.format(image=image, archive=archive) for word in self.save_command]
        _run(f"image {image} could not be saved", words)
        if self.tidy_command:
            # What another build is using stays, and is an error that does not matter.
            subprocess.run(self.tidy_command, capture_output=True, check=False)  # noqa: S603


def find_engine() -> Engine:
    """Return the engine of this machine, or raise Unavailable."""
    if buildah := find_program("buildah"):
        store = cache_folder() / "images"
        words = (buildah, "--root", str(store / "store"), "--runroot", str(store / "run"))
        # Without --force-rm its containers stay mounted; without --layers it takes the base with
        # them. What an image has replaced is pruned, since each is hundreds of megabytes.
        return Engine(
            (*words, "bud", "--quiet", "--isolation", "chroot", "--layers", "--force-rm"),
            (*words, "push", "--quiet", "{image}", "docker-archive:{archive}:{image}"),
            (*words, "rmi", "--prune"),
        )
    if (docker := find_program("docker")) and _answers(docker):
        return Engine(
            (docker, "build", "--quiet"), (docker, "save", "--output", "{archive}", "{image}")
        )
    raise Unavailable("images cannot be built: install buildah by `apt-get install buildah`")


def _answers(docker: str) -> bool:
    done = subprocess.run([docker, "info"], capture_output=True, check=False)  # noqa: S603
    return done.returncode == 0


def _run(failed: str, words: list[str]) -> None:
    if (last := complaint(words)) is not None:
        raise ServerFailed(f"{failed}: {last}")
