import subprocess
from pathlib import Path

from tradewinds_e2e.servers import git


def test_commit_can_be_cloned_and_a_further_one_be_pulled(tmp_path: Path) -> None:
    with git.running() as repository:
        repository.commit({"app/a.yaml": "a: 1\n", "b": "b\n"}, "First")
        subprocess.run(["git", "clone", "-q", repository.url, str(tmp_path / "copy")], check=True)
        revision = repository.commit({"app/a.yaml": "a: 2\n", "b": None}, "Second")
        pull = ["git", "-C", str(tmp_path / "copy"), "pull", "-q"]
        subprocess.run(pull, check=True)
        head = ["git", "-C", str(tmp_path / "copy"), "rev-parse", "HEAD"]
        seen = subprocess.run(head, check=True, capture_output=True, text=True).stdout.strip()
    assert seen == revision
    assert (tmp_path / "copy/app/a.yaml").read_text() == "a: 2\n"
    assert not (tmp_path / "copy/b").exists()
