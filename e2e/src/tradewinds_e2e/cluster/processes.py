"""Processes of this machine, as /proc tells of them."""

from pathlib import Path


def command_of(pid: int) -> tuple[str, ...]:
    """Return the words of a process; none for one that is gone or going."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return ()
    return tuple(words.split("\0")[:-1])


def has_ended(pid: int) -> bool:
    """Tell whether nothing of it is left, its sockets included, but what its parent may ask."""
    # The first thread may be gone while another still holds the sockets.
    threads = Path(f"/proc/{pid}/task").glob("*")
    return all(fields[0] in "ZX" for thread in threads if (fields := _fields(thread)))


def parents() -> dict[int, int]:
    """Return the parent of each process."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (fields := _fields(folder)):
            found[int(folder.name)] = int(fields[1])
    return found


def _fields(folder: Path) -> list[str]:
    """Return state, parent and more; they follow the name, which may hold anything."""
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
