"""Finds the gateways of a folder that `tradewinds up` runs, and asks them.

The desk reads the objects that `up` keeps and talks to the sockets it made; it starts nothing and
writes nothing but halts. The folder's layout is `up`'s: `.tradewinds/objects` and its sockets.
"""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tradewinds.process.client import Client, ClientError
from tradewinds.process.exits import InputError
from tradewinds.up.folder import StateFolder

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway of this folder: its account and where it listens."""

    account: str
    url: str

    async def ask(self, path: str) -> Answer | None:
        """GET `path`; None when the gateway does not answer."""
        try:
            async with Client(self.url, attempts=1) as client:
                answer: Answer = await client.get(path)
        except ClientError:
            return None
        return answer


def gateways(directory: Path) -> list[Gateway]:
    """Return the gateways that `up` runs, or would run, in this folder."""
    folder = StateFolder(directory.resolve())
    if not folder.objects.is_dir():
        raise InputError(
            f"{directory}: nothing was ever run here (no .tradewinds folder). "
            f"Start it: tradewinds up {directory}"
        )
    found = []
    for path in sorted((folder.objects / "exchangeaccount").glob("*.json")):
        metadata = json.loads(path.read_text())["metadata"]
        url = f"unix:{folder.socket('gateway/' + metadata['name'])}"
        found.append(Gateway(metadata["name"], url))
    return found


def names(directory: Path, kind: str) -> list[str]:
    """Return the names of the objects of a kind that `up` keeps in this folder."""
    folder = StateFolder(directory.resolve())
    return sorted(path.stem for path in (folder.objects / kind.lower()).glob("*.json"))


async def ask_all(directory: Path, path: str) -> dict[str, Answer | None]:
    """GET `path` of every gateway at once; answers by account."""
    found = gateways(directory)
    answers = await asyncio.gather(*(one.ask(path) for one in found))
    return {one.account: answer for one, answer in zip(found, answers, strict=True)}
