import json
from pathlib import Path
from typing import Any

import pytest
from answers import an_answer

from tradewinds.reporting import ReportError, read, write


def test_answer_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text(json.dumps(an_answer()))
    assert read(path) == an_answer()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "this is not JSON"),
        (b"\xff\xfe", "this is not JSON"),
        (b"[" * 100_000, "this is not JSON"),
        (b'{"name": NaN}', "it holds NaN, which is no number"),
        (b"[]", "it was a list, not an object"),
        (b'{"name": "x"}', "'symbols' is missing"),
    ],
)
def test_file_that_is_no_answer_is_named_with_what_is_wrong(
    content: bytes, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(content)
    with pytest.raises(ReportError, match=message) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}: ")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"equity": "up"}, "'equity' was a str"),
        ({"equity": [[1, "2"]]}, r"'equity' held \[1, '2'\], not a time and a value"),
        ({"period": {"from": 1}}, "'period' has no 'from' and 'to'"),
        ({"trades": [{"symbol": "A"}]}, "'trades' held one without entryPrice, entryTime"),
        ({"capital": None}, "'capital' was a NoneType"),
    ],
)
def test_answer_with_a_wrong_part_is_refused(
    changes: dict[str, Any], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "run.json"
    path.write_text(json.dumps(an_answer(bars=10) | changes))
    with pytest.raises(ReportError, match=message):
        read(path)


def test_file_that_cannot_be_written_is_named_and_leaves_no_part(tmp_path: Path) -> None:
    (tmp_path / "in-the-way.html").mkdir()
    with pytest.raises(ReportError, match=r"in-the-way\.html: it cannot be written"):
        write([an_answer(trades=1)], tmp_path / "in-the-way.html", "html")
    assert [path.name for path in tmp_path.iterdir()] == ["in-the-way.html"]
