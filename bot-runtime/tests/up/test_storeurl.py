from pathlib import Path

import pytest

from tradewinds.up.storeurl import for_children


def test_password_moves_into_a_file_of_this_user_alone(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    url = for_children("postgresql://ann:s%40fe@db:5432/tw?sslmode=require", file)
    assert url == (
        f"postgresql://ann@db:5432/tw?sslmode=require&password_file={str(file).replace('/', '%2F')}"
    )
    assert file.read_text() == "s@fe"
    assert file.stat().st_mode & 0o077 == 0


def test_address_without_a_password_stays(tmp_path: Path) -> None:
    url = "postgresql://ann@db/tw?passfile=/run/secrets/pgpass"
    assert for_children(url, tmp_path / "secret") == url
    assert not (tmp_path / "secret").exists()


@pytest.mark.parametrize("url", ["bars", "file:bars"])
def test_folder_is_made_absolute(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert for_children(url, tmp_path / "secret") == str(tmp_path / "bars")
