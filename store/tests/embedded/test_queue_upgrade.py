"""A folder's queue of an older version is brought up to this one where it lies."""

from pathlib import Path

from tradewinds_store.embedded import queue as queue_file
from tradewinds_store.embedded.database import connect
from tradewinds_store.open import open_store
from tradewinds_store.records import Task


async def test_queue_of_the_second_version_keeps_its_tasks(tmp_path: Path) -> None:
    old = connect(tmp_path / "queue.db", queue_file.SCHEMA[:2])
    rows = [("a", "done", "hash"), ("b", "cancelled", None), ("c", "queued", None)]
    old.executemany(
        "INSERT INTO tasks (cluster, uid, generation, name, spec, state, result)"
        " VALUES ('here', ?, 1, 'name', '{}', ?, ?)",
        rows,
    )
    old.close()
    async with open_store(str(tmp_path)) as store:
        found = await store.queue.status("here")
        assert [(one.uid, one.state, one.size_class, one.question) for one in found] == [
            ("a", "done", "Standard", ""),
            ("c", "queued", "Standard", ""),
        ]
        claim = await store.queue.claim("worker", 60, size_class="Standard")
        assert claim is not None
        assert claim.task == Task("here", "c", 1, "name", {})
