import pytest

from tradewinds_crds.canonical import canonical_json, digest


def test_order_of_keys_does_not_matter() -> None:
    assert digest({"a": 1, "b": {"d": 2, "c": 3}}) == digest({"b": {"c": 3, "d": 2}, "a": 1})


def test_text_is_ascii_without_spaces_and_floats_are_exact() -> None:
    assert canonical_json({"b": [0.1, 12], "a": "é"}) == '{"a":"\\u00e9","b":[0.1,12]}'


def test_digest_is_sha256_of_the_text() -> None:
    assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_nan_has_no_canonical_text() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json(float("nan"))
