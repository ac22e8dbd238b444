from pathlib import Path

import pytest

from tradewinds.process.exits import InputError
from tradewinds.process.modules import read_modules

BREAKOUT = {"module": "breakout", "class": "Breakout"}


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)


def test_the_module_and_what_it_imports_from_its_folder_are_read(tmp_path: Path) -> None:
    write(
        tmp_path,
        breakout="import json, numpy, figures\nfrom desk import sizes",
        figures="def late() -> None:\n    import later",
        later="import breakout",
        desk__sizes="from . import common",
        desk__common="",
        other="never imported",
        json="a module of Python has this name",
    )
    assert sorted(read_modules(tmp_path, BREAKOUT)) == [
        "breakout.py",
        "desk/common.py",
        "desk/sizes.py",
        "figures.py",
        "later.py",
    ]


def test_a_package_is_read_with_its_own_file(tmp_path: Path) -> None:
    write(tmp_path, desk__breakout="from .figures import N", desk__figures="N = 1")
    (tmp_path / "desk" / "__init__.py").write_text("")
    texts = read_modules(tmp_path, {"module": "desk.breakout", "class": "Breakout"})
    assert texts == {
        "desk/__init__.py": "",
        "desk/breakout.py": "from .figures import N",
        "desk/figures.py": "N = 1",
    }


def test_an_installed_module_has_no_text(tmp_path: Path) -> None:
    assert read_modules(tmp_path, {"module": "numpy", "class": "Breakout"}) == {}


@pytest.mark.parametrize("cluster", [{"image": "desk:1"}, {"configMapRef": {"name": "x"}}])
def test_a_module_that_a_cluster_takes_from_elsewhere_lies_beside_the_manifest_here(
    tmp_path: Path, cluster: dict[str, object]
) -> None:
    with pytest.raises(InputError, match=r"Put breakout\.py beside the manifest, or install it"):
        read_modules(tmp_path, {**BREAKOUT, **cluster})
    write(tmp_path, breakout="x = 1")
    assert read_modules(tmp_path, {**BREAKOUT, **cluster}) == {"breakout.py": "x = 1"}


def test_rules_have_no_module(tmp_path: Path) -> None:
    assert read_modules(tmp_path, None) == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\nclass Breakout(:", r"breakout\.py:2:16: .*class Breakout"),
        ("return 1", r"breakout\.py:1:1: 'return' outside function, .*class Breakout"),
        ("# coding: nonsense", r"breakout\.py.*class Breakout"),
        ("import broken", r"broken\.py:1:3: .*class Breakout"),
    ],
)
def test_what_python_cannot_read_names_file_line_and_class(
    tmp_path: Path, text: str, words: str
) -> None:
    write(tmp_path, breakout=text, broken="a b")
    with pytest.raises(InputError, match=words):
        read_modules(tmp_path, BREAKOUT)


def test_a_module_that_is_nowhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"'breakout' \(class Breakout\), which neither"):
        read_modules(tmp_path, BREAKOUT)


def test_a_name_of_python_is_refused(tmp_path: Path) -> None:
    write(tmp_path, signal="")
    with pytest.raises(InputError, match=r"signal\.py: .* Rename the file"):
        read_modules(tmp_path, {"module": "signal", "class": "Breakout"})
