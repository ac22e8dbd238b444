"""Who wrote what to the API server: its audit log, read.

    before = end_of(cluster.audit_log)
    ...
    writes_of(cluster.audit_log, "system:serviceaccount:tradewinds:tradewinds-operator", before)

The API server writes a line as it answers, so what a client has seen done is in the log. Dry runs
are no writes, and what was refused has a code of 400 or more.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Write:
    """One request that changes something, as it was answered."""

    user: str
    verb: str
    resource: str
    namespace: str
    name: str
    code: int

    def __str__(self) -> str:
        where = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.verb} {self.resource} {where} ({self.code})"


def end_of(log: Path) -> int:
    """Return where the log ends now, to read on from there."""
    return log.stat().st_size


def writes_of(log: Path, user: str, since: int = 0) -> list[Write]:
    """Return the writes of one user, oldest first, from a position of the log on."""
    with log.open("rb") as lines:
        lines.seek(since)
        # A last line that is not ended yet is being written.
        events = [json.loads(line) for line in lines if line.endswith(b"\n")]
    wanted = (event for event in events if event["user"]["username"] == user)
    return [_write(event) for event in wanted if not _is_dry_run(event)]


def _write(event: dict[str, Any]) -> Write:
    subject = event.get("objectRef", {})
    resource = "/".join(filter(None, (subject.get("resource"), subject.get("subresource"))))
    return Write(
        user=event["user"]["username"],
        verb=event["verb"],
        resource=resource,
        namespace=subject.get("namespace", ""),
        name=subject.get("name", ""),
        code=event.get("responseStatus", {}).get("code", 0),
    )


def _is_dry_run(event: dict[str, Any]) -> bool:
    return "dryRun" in parse_qs(urlsplit(event["requestURI"]).query)
