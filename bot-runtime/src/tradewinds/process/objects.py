"""Canonical objects as files: what a process is given by `--spec`.

`up` and the operator check a manifest and write it as canonical JSON with uid and generation;
a process reads that and needs neither YAML nor Pydantic.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tradewinds.process.exits import InputError

_KNOWN: Final = frozenset({"apiVersion", "kind", "metadata", "spec"})


@dataclass(frozen=True, slots=True)
class Object:
    """A resource: identity, spec with defaults materialised, and the keys that `up` adds."""

    kind: str
    name: str
    namespace: str
    uid: str
    generation: int
    labels: Mapping[str, str]
    deletion_timestamp: str | None
    spec: Mapping[str, Any]
    extra: Mapping[str, Any]  # top-level keys beside the four of a resource, such as "bars"


def subject(path: Path) -> str:
    """Return the name of a resource for log lines; its file's name if that cannot be read."""
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["metadata"]["name"])
    except (OSError, ValueError, KeyError, TypeError):
        return path.stem


def read_object(path: Path | str, kind: str | None = None) -> Object:
    """Read one canonical object; `InputError` names the file when it is none, or another kind."""
    try:
        body = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise InputError(f"{path}: not JSON: {error}; pass a canonical object, not YAML") from error
    found = parse_object(body, subject=str(path))
    if kind is not None and found.kind != kind:
        raise InputError(f"{path}: kind was {found.kind!r}, expected {kind!r}")
    return found


def parse_object(body: Any, *, subject: str) -> Object:
    """Turn decoded JSON into an `Object`; `subject` names it in the error."""
    try:
        metadata = body["metadata"]
        return Object(
            kind=body["kind"],
            name=metadata["name"],
            namespace=metadata.get("namespace", "default"),
            uid=metadata["uid"],
            generation=int(metadata["generation"]),
            labels=metadata.get("labels", {}),
            deletion_timestamp=metadata.get("deletionTimestamp"),
            spec=body["spec"],
            extra={key: value for key, value in body.items() if key not in _KNOWN},
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{subject}: not a canonical object ({type(error).__name__}: {error}); expected "
            "apiVersion, kind, metadata with name, uid and generation, and spec"
        ) from error
