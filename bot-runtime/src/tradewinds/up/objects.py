"""The objects folder: what an API server is on a cluster, a folder of canonical JSON is here.

`up` is its only writer. Every file is replaced by an atomic rename, so a gateway that reads the
folder at any moment sees whole objects; the file `complete` says that a first whole pass over the
user's manifests has been written.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tradewinds.process.files import write_atomically
from tradewinds_crds.canonical import canonical_json

Object = dict[str, Any]


class Key(NamedTuple):
    """What names an object in the folder."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind.lower()}/{self.name}"


def key_of(resource: Object) -> Key:
    return Key(resource["kind"], resource["metadata"]["name"])


class ObjectsFolder:
    """The objects of one `up`, kept in memory and on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._objects = {key_of(resource): resource for resource in _read_all(folder)}

    def all(self) -> dict[Key, Object]:
        return dict(self._objects)

    def put(self, resource: Object) -> None:
        key = key_of(resource)
        if self._objects.get(key) == resource:
            return
        write_atomically(self._path(key), canonical_json(resource))
        self._objects[key] = resource

    def remove(self, key: Key) -> None:
        self._path(key).unlink(missing_ok=True)
        self._objects.pop(key, None)

    def mark_complete(self) -> None:
        marker = self.folder / "complete"
        if not marker.exists():
            write_atomically(marker, "")

    def _path(self, key: Key) -> Path:
        return self.folder / key.kind.lower() / f"{key.name}.json"


def _read_all(folder: Path) -> Iterator[Object]:
    for path in sorted(folder.glob("*/*.json")):
        yield json.loads(path.read_text())
