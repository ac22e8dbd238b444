"""List what an image is made of, as CycloneDX: Debian's packages, Python, and its packages.

Read from what is installed, not from what was asked for, and the same for the same image: no time
of writing, no random serial number.
"""

import importlib.metadata
import json
import platform
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

DPKG = Path("/var/lib/dpkg")
RELEASE = Path("/etc/os-release")


def main() -> int:
    path, name = Path(sys.argv[1]), sys.argv[2]
    site = next(Path("/opt/tradewinds/lib").glob("python3*/site-packages"))
    packages = list(python_packages(site))
    version = next(one["version"] for one in packages if one["name"] == "tradewinds-crds")
    components = [interpreter(), *packages, *debian_packages()]
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "container", "name": name, "version": version}},
        "components": sorted(components, key=lambda one: str(one["purl"])),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=1) + "\n")
    return 0


def interpreter() -> dict[str, Any]:
    version = platform.python_version()
    return component("python", version, f"pkg:generic/python@{version}", "PSF-2.0", "application")


def python_packages(site: Path) -> Iterator[dict[str, Any]]:
    for found in importlib.metadata.distributions(path=[str(site)]):
        name = found.name.lower().replace("_", "-")
        said = found.metadata.get_all("License-Expression")
        purl = f"pkg:pypi/{name}@{found.version}"
        yield component(found.name, found.version, purl, said[0] if said else None)


def debian_packages() -> Iterator[dict[str, Any]]:
    files = [DPKG / "status", *sorted((DPKG / "status.d").glob("*"))]  # the latter: distroless
    suite = release().get("VERSION_CODENAME", "")
    for file in files:
        if file.is_file() and file.suffix != ".md5sums":
            for stanza in file.read_text(encoding="utf-8").split("\n\n"):
                fields = dict(line.split(": ", 1) for line in stanza.splitlines() if is_field(line))
                if "Version" in fields and "not-installed" not in fields.get("Status", ""):
                    yield debian_component(fields, suite)


def debian_component(fields: dict[str, str], suite: str) -> dict[str, Any]:
    name, version = fields["Package"], fields["Version"]
    place = f"arch={fields['Architecture']}&distro={suite}"
    return component(name, version, f"pkg:deb/debian/{name}@{quote(version)}?{place}")


def is_field(line: str) -> bool:
    return ": " in line and not line.startswith(" ")


def component(
    name: str, version: str, purl: str, licence: str | None = None, kind: str = "library"
) -> dict[str, Any]:
    body: dict[str, Any] = {"type": kind, "name": name, "version": version, "purl": purl}
    if licence:
        body["licenses"] = [{"expression": licence}]
    return body


def release() -> dict[str, str]:
    lines = RELEASE.read_text().splitlines() if RELEASE.exists() else []
    return {key: value.strip('"') for key, _, value in (line.partition("=") for line in lines)}


if __name__ == "__main__":
    sys.exit(main())
