"""URLs: a path, `file:`, PostgreSQL, and what is none of them."""

from pathlib import Path

import pytest

from tradewinds_store.errors import StoreUnavailableError, StoreUrlError
from tradewinds_store.open import open_store
from tradewinds_store.records import NewEvent


@pytest.mark.parametrize("form", ["{}", "file:{}", "file://{}", "file://localhost{}"])
async def test_path_and_file_url_name_the_same_folder(tmp_path: Path, form: str) -> None:
    folder = tmp_path / "a folder"
    written = form.format(folder).replace(" ", "%20") if "file" in form else str(folder)
    async with open_store(written) as store:
        await store.ledger("account-1").append(
            (await store.ledger("account-1").take("g")).epoch, 0, []
        )
    assert (folder / "ledger" / "account-1.db").is_file()


async def test_relative_file_url_is_a_relative_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with open_store("file:here") as store:
        await store.ledger("account-1").take("gateway")
    assert (tmp_path / "here" / "ledger").is_dir()


async def test_opening_alone_makes_nothing(tmp_path: Path) -> None:
    async with open_store(str(tmp_path / "store")) as store:
        assert await store.bars.coverage() == []
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize("url", ["mysql://host/db", "http://host/", "file://elsewhere/path"])
async def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(StoreUrlError, match="store URL"):
        async with open_store(url):
            pass


async def test_database_that_is_not_there_is_named_without_its_password() -> None:
    with pytest.raises(StoreUnavailableError) as unavailable:
        async with open_store("postgresql://user:secret@127.0.0.1:1/bars"):
            pass
    assert "PostgreSQL 127.0.0.1:1/bars: it cannot be reached" in str(unavailable.value)
    assert "secret" not in str(unavailable.value)


async def test_new_events_kind_needs_no_registration(tmp_path: Path) -> None:
    async with open_store(str(tmp_path)) as store:
        ledger = store.ledger("account-1")
        head = await ledger.take("gateway")
        (event,) = await ledger.append(head.epoch, 0, [NewEvent("anything", 0, "", "", {})])
        assert event.kind == "anything"
