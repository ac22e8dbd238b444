import json
import subprocess
import sys
from pathlib import Path

import pytest
from answers import an_answer

from tradewinds.cli.main import main


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "7c1e94a0.json"
    path.write_text(json.dumps(an_answer(bars=2_000, trades=20)))
    return path


def test_page_is_written_beside_the_run(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", run.name]) == 0
    assert capsys.readouterr().out == "report 7c1e94a0.html\n"
    assert run.with_suffix(".html").read_text().startswith("<!doctype html>")


def test_several_runs_are_compared(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = run.with_name("other.json")
    other.write_text(json.dumps(an_answer(bars=1_000, trades=9, name="other")))
    assert main(["report", run.name, other.name]) == 0
    assert capsys.readouterr().out == "report comparison.html\n"
    assert "2 runs compared" in run.with_name("comparison.html").read_text()


def test_every_kind_can_be_asked_for_at_once(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kinds = ["--html", "a.html", "--pdf", "a.pdf", "--csv", "tables", "--parquet", "tables"]
    assert main(["report", run.name, *kinds, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    names = ("trades", "equity", "orders", "fills")
    tables = [f"tables/{name}.{kind}" for kind in ("csv", "parquet") for name in names]
    assert told["written"] == ["a.html", "a.pdf", *tables]
    assert all((run.parent / name).stat().st_size for name in told["written"])
    assert told["runs"] == [
        {
            "file": run.name,
            "name": "btc-trend",
            "orderHash": "7c1e94a0" * 8,
            "stats": json.loads(run.read_text())["stats"],
        }
    ]


def test_template_is_used_and_needs_a_page(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run.with_name("own.html").write_text("{{ titles[0] }}")
    assert main(["report", run.name, "--template", "own.html"]) == 0
    assert run.with_suffix(".html").read_text() == "btc-trend"
    capsys.readouterr()
    assert main(["report", run.name, "--template", "own.html", "--pdf", "a.pdf"]) == 2
    assert capsys.readouterr().err == (
        "--template own.html: only a page has a template. Add --html FILE.\n"
    )


def test_file_that_is_no_answer_is_bad_input(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run.write_text("{")
    assert main(["report", run.name]) == 2
    assert "7c1e94a0.json: this is not JSON" in capsys.readouterr().err
    assert main(["report", "gone.json"]) == 2
    assert "gone.json: it cannot be read" in capsys.readouterr().err
    assert not run.with_suffix(".html").exists()


def test_page_is_written_without_what_only_paper_needs(run: Path) -> None:
    program = (
        "import sys; from tradewinds.cli.main import main\n"
        "assert main(['report', '7c1e94a0.json']) == 0\n"
        "assert not {'matplotlib', 'numba', 'numpy', 'pyarrow'} & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=run.parent, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
