"""A report into a file, or tables into a folder; a file is whole or not there."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from tradewinds.reporting.errors import ReportError
from tradewinds.reporting.reading import Answer

Kind = Literal["html", "pdf", "csv", "parquet"]


def write(
    answers: Sequence[Answer], path: Path, kind: Kind, template: Path | None = None
) -> list[Path]:
    """Write one kind of report; return the files. For csv and parquet, `path` is a folder.

    An answer about several strategies is followed by the answer of each.
    """
    shown = [one for answer in answers for one in (answer, *answer.get("strategies", ()))]
    files = _files(shown, path, kind, template)
    for file, content in files.items():
        part = file.with_name(f".{file.name}.part")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(content)
            part.replace(file)
        except OSError as error:
            raise ReportError(f"{file}: it cannot be written ({error.strerror})") from error
        finally:
            part.unlink(missing_ok=True)
    return list(files)


def _files(
    answers: Sequence[Answer], path: Path, kind: Kind, template: Path | None
) -> dict[Path, bytes]:
    if kind == "html":
        from tradewinds.reporting.page import page  # noqa: PLC0415 - loads Jinja2

        return {path: page(answers, template).encode()}
    if kind == "pdf":
        from tradewinds.reporting.paper import paper  # noqa: PLC0415 - loads matplotlib

        return {path: paper(answers)}
    from tradewinds.reporting import tables  # noqa: PLC0415 - pyarrow is heavy

    made = tables.csv_files(answers) if kind == "csv" else tables.parquet_files(answers)
    return {path / name: content for name, content in made.items()}
