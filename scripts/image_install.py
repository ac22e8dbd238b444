"""Lay /opt/tradewinds while an image is built: a venv without pip, and its commands.

`make images` fetched the packages for this image's Python and machine; so nothing here needs a
network, an index or a compiler, and none of their settings can remain in a layer. Bytecode is
compiled without a look at times, since an image's files lose theirs and its root is read-only.
"""

import compileall
import importlib.metadata
import shutil
import sys
import venv
from pathlib import Path
from py_compile import PycInvalidationMode

PREFIX = Path("/opt/tradewinds")
COMMAND = """#!{python}
import sys

from {module} import {function}

sys.exit({function}())
"""
# What packages bring along and nothing here runs: their tests, C++ headers, Arrow's servers.
UNUSED = (
    *("numpy/tests", "numpy/*/tests", "numpy/*/*/tests"),
    *("pyarrow/tests", "pyarrow/include", "pyarrow/*flight*", "pyarrow/*s3*"),
)


def main() -> int:
    packages, wanted = Path(sys.argv[1]), sys.argv[2]
    if wanted != (has := f"{sys.version_info.major}.{sys.version_info.minor}"):
        print(f"the base image has Python {has}, but the packages are for {wanted}: take a base")
        print(f"with Python {wanted}, or run: make images PYTHON_VERSION={has}")
        return 1
    site = lay(packages)
    write_commands(site)
    compileall.compile_dir(site, quiet=1, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
    return 0


def lay(packages: Path) -> Path:
    """Make the venv and fill it; return where its packages are."""
    venv.create(PREFIX, symlinks=True, with_pip=False)
    site = next((PREFIX / "lib").glob("python3*/site-packages"))
    shutil.copytree(packages, site, dirs_exist_ok=True, ignore=shutil.ignore_patterns("bin"))
    for pattern in UNUSED:
        for path in site.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return site


def write_commands(site: Path) -> None:
    """Write the commands that our own packages declare."""
    for distribution in importlib.metadata.distributions(path=[str(site)]):
        if not distribution.name.startswith("tradewinds"):
            continue
        for entry in distribution.entry_points.select(group="console_scripts"):
            path = PREFIX / "bin" / entry.name
            python = PREFIX / "bin" / "python3"
            text = COMMAND.format(python=python, module=entry.module, function=entry.attr)
            path.write_text(text)
            path.chmod(0o755)


if __name__ == "__main__":
    sys.exit(main())
