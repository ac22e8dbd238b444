import json
from pathlib import Path

from tradewinds_e2e.cluster.audit import end_of, writes_of

OPERATOR = "system:serviceaccount:tradewinds:operator"


def _event(user: str, verb: str, name: str, query: str = "", code: int = 200) -> str:
    subject = {"resource": "strategies", "subresource": "status", "namespace": "a", "name": name}
    event = {
        "verb": verb,
        "requestURI": f"/apis/tradewinds.dev/v1alpha1/namespaces/a/strategies/{name}{query}",
        "user": {"username": user},
        "objectRef": subject,
        "responseStatus": {"code": code},
    }
    return json.dumps(event) + "\n"


def test_writes_are_counted_by_user_and_from_a_position_on(tmp_path: Path) -> None:
    log = tmp_path / "audit.log"
    log.write_text(_event(OPERATOR, "patch", "old") + _event("admin", "create", "new"))
    before = end_of(log)
    with log.open("a") as lines:
        lines.write(_event("admin", "delete", "old") + _event(OPERATOR, "patch", "new", code=409))
    assert [str(write) for write in writes_of(log, OPERATOR, before)] == [
        "patch strategies/status a/new (409)"
    ]
    assert [write.name for write in writes_of(log, OPERATOR)] == ["old", "new"]


def test_dry_runs_are_no_writes(tmp_path: Path) -> None:
    log = tmp_path / "audit.log"
    log.write_text(_event(OPERATOR, "patch", "tried", "?dryRun=All&force=true"))
    assert writes_of(log, OPERATOR) == []


def test_line_that_is_being_written_is_left_for_later(tmp_path: Path) -> None:
    log = tmp_path / "audit.log"
    whole = _event(OPERATOR, "patch", "whole")
    log.write_text(whole + whole[:40])
    assert [write.name for write in writes_of(log, OPERATOR)] == ["whole"]
