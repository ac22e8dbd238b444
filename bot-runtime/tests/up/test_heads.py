import json
from pathlib import Path
from typing import Any

from tradewinds.up.folder import StateFolder
from tradewinds.up.heads import Heads


def status(number: int, **others: Any) -> dict[str, Any]:
    return {"uid": "a-1", "ledger": {"number": number, "hash": f"hash-{number}"}, **others}


def test_head_is_written_down_by_account(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    heads = Heads(folder)
    heads.remember(status(7))
    heads.remember(status(9))
    heads.remember(status(3, uid="a-2"))
    assert json.loads(folder.head("a-1").read_text()) == {"number": 9, "hash": "hash-9"}
    assert json.loads(folder.head("a-2").read_text())["number"] == 3


def test_head_that_has_not_moved_is_not_written_again(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    heads = Heads(folder)
    heads.remember(status(7))
    before = folder.head("a-1").stat()
    heads.remember(status(7))
    assert folder.head("a-1").stat().st_ino == before.st_ino
    heads.remember(status(8))
    assert folder.head("a-1").stat().st_ino != before.st_ino
