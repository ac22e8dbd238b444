"""A Git server on loopback for one repository: `git daemon`, which anybody may read.

with running() as repository:
    repository.commit({"app/values.yaml": "..."}, "say why")
    ... repository.url ...
"""

import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tradewinds_e2e.cache import cache_folder, run_folder
from tradewinds_e2e.errors import ServerFailed
from tradewinds_e2e.servers.child import child, leash
from tradewinds_e2e.servers.ports import reserve_port
from tradewinds_e2e.setup.packages import require_program

_START_SECONDS = 15
_IDENTITY = ("-c", "user.name=tests", "-c", "user.email=tests@localhost", "-c", "gc.auto=0")


@dataclass(frozen=True)
class GitRepository:
    """A served repository; `folder` is its work tree, on the branch `main`."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        """The address as clients take it."""
        return f"git://127.0.0.1:{self.port}/{self.folder.name}"

    def commit(self, files: Mapping[str, str | None], why: str) -> str:
        """Write the files (None removes one), commit, and return the revision."""
        for name, text in files.items():
            path = self.folder / name
            if text is None:
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
        return self._commit_all(why)

    def commit_tree(self, source: Path, inside: str, why: str) -> str:
        """Replace a folder of the repository by a copy of `source`; return the revision."""
        shutil.rmtree(self.folder / inside, ignore_errors=True)
        shutil.copytree(source, self.folder / inside)
        return self._commit_all(why)

    def _commit_all(self, why: str) -> str:
        self.git("add", "--all", "--force")
        self.git("commit", "--quiet", "--allow-empty", "--message", why)
        return self.git("rev-parse", "HEAD").strip()

    def git(self, *words: str) -> str:
        """Run git in the work tree."""
        done = subprocess.run(  # noqa: S603 - the words are a test's own
            [require_program("git"), "-C", str(self.folder), *_IDENTITY, *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ServerFailed(f"git {words[0]} failed: {done.stderr.strip()}")
        return done.stdout

    def answers(self) -> bool:
        """Tell whether it can be talked to yet."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False


@contextmanager
def running() -> Iterator[GitRepository]:
    """Serve an empty repository until the block ends; raise Unavailable without git."""
    git = require_program("git")
    with ExitStack() as stack:
        folder = stack.enter_context(run_folder(cache_folder() / "runs"))
        repository = GitRepository(folder / "repository", reserve_port(stack))
        repository.folder.mkdir()
        repository.git("init", "--quiet", "--initial-branch=main")
        options = ["--reuseaddr", "--export-all", f"--base-path={folder}"]
        address = ["--listen=127.0.0.1", f"--port={repository.port}"]
        command = [*leash(signal.SIGKILL), git, "daemon", *options, *address]
        process = stack.enter_context(child("git", command, folder / "git.log"))
        process.wait_until(repository.answers, _START_SECONDS)
        yield repository
