"""JSON log lines on stderr, one object a line, configured once by the entry point.

Modules log with `logging.getLogger(__name__)` and put what they know into `extra`: each key
becomes a field of the line. A field whose name says that it is a secret is never written.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, Final, TextIO

_OWN: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_SECRET_WORDS: Final = ("token", "secret", "password", "authorization", "apikey", "privatekey")
_HIDDEN: Final = "(hidden)"


def configure(*, level: str = "INFO", stream: TextIO | None = None, **fields: Any) -> None:
    """Send every log record to `stream` (stderr) as JSON; `fields` ride on each line.

    Calling it again replaces what the first call set up.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter(fields))
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one.formatter, JsonFormatter)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)


class JsonFormatter(logging.Formatter):
    """A log record as one JSON object: time, level, logger, message, then its fields."""

    def __init__(self, fields: dict[str, Any]) -> None:
        super().__init__()
        self._fields = fields

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": _time(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **self._fields,
        }
        for name, value in vars(record).items():
            if name not in _OWN:
                line[name] = _HIDDEN if _is_secret(name) else value
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def _time(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _is_secret(name: str) -> bool:
    word = name.lower().replace("_", "")
    return word != "tokensha256" and any(secret in word for secret in _SECRET_WORDS)
