"""What our loader reads is what kubectl reads, asked of kubectl itself."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tradewinds_crds.errors import ManifestError
from tradewinds_crds.loader import load_documents
from tradewinds_crds.source import Source
from tradewinds_e2e.servers.kubernetes import ApiServer

HEAD = "apiVersion: example.com/v1\nkind: Parity\nmetadata: {name: parity}\nspec:\n"
SCALARS = """
14:30 | 2023-03-01 | 2001-12-14t21:59:43.10-05:00 | 1:30:00 | 1e3 | 1E3 | 1e+3 | 1.5e3 | .1e2 |
1e-7 | 1e20 | 1e21 | 1e400 | 1e | .e3 | 1.e3 | 1e3_0 | yes | Yes | YES | no | on | On | off | y |
n | Y | N | true | TRUE | tRue | false | ~ | null | Null | NULL | nULL | 0 | 00 | -0 | 0.0 | -0.0 |
1.0 | 5. | .5 | -.5 | +.5 | +5 | 0.1 | 017 | -017 | 08 | 09.5 | 0o17 | 0O17 | 0o8 | 0x1f | 0X1F |
+0x1f | -0x1f | 0x | 0xg | 0b11 | 0B1 | 0b2 | 0b | 0x1p4 | 1_000 | 1__0 | _1 | 1_ | 0x_1f | 1_0.5 |
.5_0 | -.5_0 | .5_ | ._5 | .5__0 | .5e_1 | .5e1_0 | -.5_ |
+ | . | .. | -- | --1 | +-1 | .5. | 1-2 | = | 25% | 10000 USDT | 3600x | 2R | 5..50 | nan | NaN |
inf | 5e-324 | 9007199254740993 | 9223372036854775807 | 9223372036854775808 |
-9223372036854775808 | 18446744073709551616 | 123456789012345678901234567890 | 'yes' | "5" | ''
"""
STRUCTURES = {
    "folded": "  a: >-\n    x\n    y\n  b: |\n    x\n     y\n\n  c: >\n    x\n\n    y\n     z\n",
    "flow": "  {a: [1, 2,], b: {c: , d: null}, e: []}\n",
    "quoted": "  a: \"x\\n\\u0041\\x41\"\n  b: 'it''s'\n  c: a#b # no\n",
    "plain over lines": "  a: x\n    y\n  b:\n",
    "merge": "  b: &b {x: 1, w: 2}\n  c: {<<: *b, x: 5}\n  d: {x: 5, <<: *b}\n"
    "  e: {<<: [*b, {x: 9, v: 3}]}\n",
    "two merges": "  b: &b {x: 1}\n  c: &c {x: 2, w: 1}\n  d:\n    <<: *b\n    <<: *c\n",
    "keys": "  5: a\n  1.5: b\n  0x1f: c\n  2023-01-01: d\n  1e3: e\n  'on': f\n  14:30: g\n",
    "alias": "  a: &a [1, {b: yes}]\n  b: *a\n",
    "tab": "  a:\t5\n",
    "special": "  a: =\n  b: a ? b\n  c: -\n  d: [-1, - 1]\n",
}


def read_by_kubectl(server: ApiServer, text: str, folder: Path) -> Any:
    path = folder / "parity.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    kubectl = str(server.kubectl_path)
    command = [kubectl, "annotate", "--local", "-f", str(path), "seen=by", "-o", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return "refused"
    return json.loads(done.stdout)["spec"]


def read_by_us(text: str) -> Any:
    try:
        (document,) = load_documents(Source("parity.yaml", HEAD + text))
    except ManifestError:
        return "refused"
    return document.value["spec"]


def as_json(value: Any) -> str:
    """Return what a number is after a journey through JSON, where 1.0 is 1."""
    if isinstance(value, dict):
        return json.dumps({key: as_json(below) for key, below in sorted(value.items())})
    if isinstance(value, list):
        return json.dumps([as_json(below) for below in value])
    if isinstance(value, int | float) and not isinstance(value, bool):
        whole = isinstance(value, int) and abs(value) < 2**63
        return repr(value if whole else float(value)).removesuffix(".0")
    return json.dumps(value)


def test_unquoted_scalars_mean_the_same(kubernetes: ApiServer, tmp_path: Path) -> None:
    words = [word.strip() for word in SCALARS.replace("\n", " ").split(" | ")]
    text = "".join(f"  k{place}: {word}\n" for place, word in enumerate(words))
    theirs, ours = read_by_kubectl(kubernetes, text, tmp_path), read_by_us(text)
    assert theirs != "refused"
    different = {
        word: (theirs[f"k{place}"], ours[f"k{place}"])
        for place, word in enumerate(words)
        if as_json(theirs[f"k{place}"]) != as_json(ours[f"k{place}"])
    }
    assert different == {}


@pytest.mark.parametrize("name", STRUCTURES)
def test_structures_mean_the_same(kubernetes: ApiServer, tmp_path: Path, name: str) -> None:
    text = STRUCTURES[name]
    theirs = read_by_kubectl(kubernetes, text, tmp_path)
    assert as_json(read_by_us(text)) == as_json(theirs)


@pytest.mark.parametrize("text", ["  a: .nan\n", "  a: .inf\n", "  a: *b\n", "  [a]: b\n"])
def test_what_kubectl_refuses_is_refused(kubernetes: ApiServer, tmp_path: Path, text: str) -> None:
    assert (read_by_kubectl(kubernetes, text, tmp_path), read_by_us(text)) == ("refused", "refused")


def test_random_scalars_mean_the_same(
    kubernetes: ApiServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("random")
    letters = st.text("0123456789abexoyn_.+-T", min_size=1, max_size=8)
    scalar = letters.filter(lambda word: word not in ("-", ".nan"))  # both refuse .nan

    @settings(max_examples=20, deadline=None)
    @given(st.lists(scalar, min_size=50, max_size=50))
    def same(words: list[str]) -> None:
        text = "".join(f"  k{place}: {word}\n" for place, word in enumerate(words))
        theirs = read_by_kubectl(kubernetes, text, folder)
        assert theirs != "refused"
        assert as_json(read_by_us(text)) == as_json(theirs)

    same()
