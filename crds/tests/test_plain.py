import math

import pytest

from tradewinds_crds.plain import read_plain


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("14:30", "14:30"),
        ("2023-03-01", "2023-03-01"),
        ("1e3", 1000),
        ("1.5e3", 1500),
        ("yes", True),
        ("On", True),
        ("n", False),
        ("OFF", False),
        ("tRue", "tRue"),
        ("0o17", 15),
        ("017", 15),
        ("08", 8),
        ("0x1f", 31),
        ("-0b11", -3),
        ("1_000", 1000),
        ("_1", "_1"),
        ("", None),
        ("~", None),
        ("Null", None),
        (".5", 0.5),
        ("5.", 5),
        ("1.0", 1),
        ("10000 USDT", "10000 USDT"),
        ("25%", "25%"),
        ("5..50", "5..50"),
        ("1e400", "1e400"),
        ("9223372036854775807", 9223372036854775807),
        ("9223372036854775808", 9223372036854775808.0),
    ],
)
def test_unquoted_scalar_means_what_it_means_to_kubectl(text: str, meaning: object) -> None:
    found = read_plain(text)
    assert (type(found), found) == (type(meaning), meaning)


def test_words_for_what_is_no_number_are_floats() -> None:
    nan = read_plain(".nan")
    assert isinstance(nan, float)
    assert math.isnan(nan)
    assert (read_plain(".inf"), read_plain("-.Inf")) == (math.inf, -math.inf)
