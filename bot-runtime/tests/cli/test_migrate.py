from collections.abc import Callable
from pathlib import Path
from typing import Any

Tradewinds = Callable[..., Any]


def test_folder_needs_no_migration(tradewinds: Tradewinds, tmp_path: Path) -> None:
    told = tradewinds("migrate", "--store", tmp_path)
    assert (told.code, told.out) == (0, f"{tmp_path} is a folder: nothing to migrate\n")


def test_database_out_of_reach_is_one_message_without_the_password(tradewinds: Tradewinds) -> None:
    told = tradewinds("migrate", "--store", "postgresql://me:hush@127.0.0.1:1/none")
    assert told.code == 1
    assert "hush" not in told.err
    assert "Traceback" not in told.err


def test_url_that_names_no_store_is_refused(tradewinds: Tradewinds) -> None:
    told = tradewinds("migrate", "--store", "mysql://x")
    assert (told.code, told.out) == (2, "")
    assert "scheme 'mysql'" in told.err


def test_folder_has_no_roles(tradewinds: Tradewinds, tmp_path: Path) -> None:
    told = tradewinds("migrate", "--store", tmp_path, "--roles", tmp_path)
    assert told.code == 2
    assert "--roles needs a database" in told.err
