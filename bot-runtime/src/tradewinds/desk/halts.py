"""Halts by file: `halt` and `resume` write a TradingHalt into the folder and wait for obedience.

The file is what a person would commit on a cluster. It only tells the gateways; once one of them
has seen a halt it holds it, whatever happens to the file, until a release.
"""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tradewinds.desk.gateways import Gateway
from tradewinds.process.exits import InputError
from tradewinds.process.files import write_atomically
from tradewinds.up.folder import StateFolder
from tradewinds_crds.names import API_VERSION

PATIENCE = 10.0  # seconds that a gateway has to obey
POLL = 0.1  # seconds

Manifest = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Obedience:
    """Whether a gateway holds a halt: True, False, or None when it does not answer."""

    account: str
    active: bool | None


def manifest(name: str, selector: dict[str, Any], reason: str) -> Manifest:
    return {
        "apiVersion": API_VERSION,
        "kind": "TradingHalt",
        "metadata": {"name": name},
        "spec": {"selector": selector, "reason": reason},
    }


def path_of(directory: Path, name: str) -> Path:
    return directory / f"halt-{name}.yaml"


def free_name(directory: Path, name: str) -> str:
    """Return the name, or with a number behind it where a halt of that name was released.

    A released halt stays released, and whoever halts has no time to look for another name.
    """
    number, free = 1, name
    while _released(directory, free):
        number += 1
        free = f"{name}-{number}"
    return free


def _released(directory: Path, name: str) -> bool:
    known = read(directory, name)
    path = StateFolder(directory.resolve()).spec("TradingHalt", name)
    stored = json.loads(path.read_text()) if path.exists() else None
    return any("release" in one["spec"] for one in (known, stored) if one)


def write(directory: Path, halt: Manifest) -> Path:
    """Write a halt into the folder, checked as `up` will check it; returns its file."""
    import yaml  # noqa: PLC0415 - `status` and its like need none of these

    from tradewinds_crds.manifests import load_text  # noqa: PLC0415

    path = path_of(directory, halt["metadata"]["name"])
    text = yaml.safe_dump(halt, sort_keys=False, allow_unicode=True)
    load_text(text, str(path))
    write_atomically(path, text, mode=0o644)
    return path


def read(directory: Path, name: str) -> Manifest | None:
    """Return the halt as its file declares it; None when there is no such file."""
    import yaml  # noqa: PLC0415 - `status` and its like need none of these

    path = path_of(directory, name)
    try:
        text = path.read_text()
    except FileNotFoundError:
        return None
    halt = yaml.safe_load(text)
    if not isinstance(halt, dict) or halt.get("kind") != "TradingHalt":
        raise InputError(f"{path}: was not a TradingHalt. Mend or remove the file.")
    return halt


async def expect(concerned: list[Gateway], name: str) -> None:
    """Refuse to release a halt that no gateway holds; a silent one may hold it."""
    answers = await asyncio.gather(*(one.ask("/v1/halts") for one in concerned))
    held = [
        halt["name"]
        for answer in answers
        for halt in (answer["halts"] if answer else ())
        if halt["active"]
    ]
    if name not in held and None not in answers:
        there = ", ".join(sorted(set(held))) or "none"
        raise InputError(f"No halt {name!r} is active here (active: {there}). Nothing was changed.")


async def obeyed(concerned: list[Gateway], name: str, *, active: bool) -> list[Obedience]:
    """Wait until every gateway holds (or has released) the halt; then tell how it went."""
    return list(await asyncio.gather(*(_one_obeyed(one, name, active) for one in concerned)))


async def _one_obeyed(gateway: Gateway, name: str, active: bool) -> Obedience:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + PATIENCE
    while True:
        held = await _holds(gateway, name)
        if held is active or loop.time() > deadline:
            return Obedience(gateway.account, held)
        await asyncio.sleep(POLL)


async def _holds(gateway: Gateway, name: str) -> bool | None:
    answer = await gateway.ask("/v1/halts")
    if answer is None:
        return None
    return any(halt["name"] == name and halt["active"] for halt in answer["halts"])
