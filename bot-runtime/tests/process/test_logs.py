"""JSON log lines."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from tradewinds.process import logs


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = root.level
    stream = io.StringIO()
    logs.configure(stream=stream, verb="trade")
    yield stream
    for handler in [one for one in root.handlers if isinstance(one.formatter, logs.JsonFormatter)]:
        root.removeHandler(handler)
    root.setLevel(before)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_line_has_time_level_logger_message_and_fields(stream: io.StringIO) -> None:
    logging.getLogger("tradewinds.some").warning("late by %d ms", 7, extra={"symbol": "BTC/USDT"})
    (line,) = lines(stream)
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "warning",
        "logger": "tradewinds.some",
        "message": "late by 7 ms",
        "verb": "trade",
        "symbol": "BTC/USDT",
    }


@pytest.mark.parametrize("field", ["token", "bearerToken", "api_key", "apiSecret", "password"])
def test_secret_is_never_written(stream: io.StringIO, field: str) -> None:
    logging.getLogger("x").info("session", extra={field: "hunter2"})
    assert "hunter2" not in stream.getvalue()
    assert lines(stream)[0][field] == "(hidden)"


def test_error_carries_its_traceback_in_one_line(stream: io.StringIO) -> None:
    try:
        int("odd")
    except ValueError:
        logging.getLogger("x").exception("failed")
    (line,) = lines(stream)
    assert "invalid literal" in line["traceback"]


def test_configuring_twice_writes_each_line_once(stream: io.StringIO) -> None:
    logs.configure(stream=stream)
    logging.getLogger("x").info("once")
    assert len(lines(stream)) == 1


def test_value_without_a_json_form_is_written_as_text(stream: io.StringIO) -> None:
    logging.getLogger("x").info("odd", extra={"value": {1}})
    assert lines(stream)[0]["value"] == "{1}"
