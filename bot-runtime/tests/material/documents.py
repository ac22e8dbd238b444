"""An HTML page as tests read it: its elements in order, with their attributes and text."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final

VOID: Final = frozenset({"meta", "link", "br", "img", "input", "hr"})


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    parents: tuple["Element", ...]
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def inside(self, tag: str, **attributes: str) -> bool:
        """Whether it lies in such an element; `data_figure` stands for `data-figure`."""
        wanted = {name.replace("_", "-"): value for name, value in attributes.items()}
        return any(
            parent.tag == tag and wanted.items() <= parent.attributes.items()
            for parent in self.parents
        )


class Page(HTMLParser):
    """Parses at once; an element that is closed in the wrong place is an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(text)
        self.close()
        assert not self._open, f"never closed: {[one.tag for one in self._open]}"

    def all(self, tag: str) -> list[Element]:
        return [one for one in self.elements if one.tag == tag]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = Element(tag, {name: value or "" for name, value in attrs}, tuple(self._open))
        self.elements.append(found)
        if self._open:
            self._open[-1].children.append(found)
        if tag not in VOID:
            self._open.append(found)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        last = self._open.pop()
        assert last.tag == tag, f"</{tag}> closes <{last.tag}> at {self.getpos()}"

    def handle_data(self, data: str) -> Any:
        for one in self._open:
            one.text += data
