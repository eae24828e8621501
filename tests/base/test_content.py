from __future__ import annotations

from enum import Enum
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miaobi.base.asset import Asset
from miaobi.base.content import assets_in, canonical, content_digest, telling_digests
from miaobi.base.engine import EngineRef, TextRequest
from miaobi.base.value import Value
from miaobi.errors import UncacheableError

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
trees = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


class Colour(Enum):
    RED = 1


class Pair(Value):
    left: str
    right: int = 3


class WiderPair(Value):
    left: str
    right: int = 3
    extra: tuple[str, ...] = ()


@given(trees, trees)
def test_equal_content_and_only_equal_content_has_equal_digests(one: object, other: object) -> None:
    same = canonical(one) == canonical(other) and repr(one) == repr(other)
    if same:
        assert content_digest(one) == content_digest(other)
    elif repr(one) != repr(other) and one != other:
        assert content_digest(one) != content_digest(other)


def test_kinds_that_look_alike_stay_apart() -> None:
    asset = Asset.from_bytes(b"x", "text/plain")
    lookalikes = [
        1, 1.0, True, "1", b"1", [1], {"1": 1}, asset, asset.digest, {"~asset": [asset.digest, "text/plain"]},
        Asset.from_bytes(b"x", "text/html"), Colour.RED, "Colour.RED", None, "",
    ]  # fmt: skip
    digests = [content_digest(value) for value in lookalikes]
    assert len(set(digests)) == len(digests)


def test_dict_order_does_not_matter_and_list_order_does() -> None:
    assert content_digest({"a": 1, "b": 2}) == content_digest({"b": 2, "a": 1})
    assert content_digest(["a", "b"]) != content_digest(["b", "a"])


def test_a_field_left_at_its_default_does_not_enter_the_key() -> None:
    assert canonical(Pair(left="a"))["~value"][1] == canonical(WiderPair(left="a"))["~value"][1]
    assert content_digest(Pair(left="a", right=4)) != content_digest(Pair(left="a"))


def test_where_models_lie_does_not_enter_the_key() -> None:
    ref = EngineRef(id="text:x/y", fingerprint="f", factory="m:C", name="y", home="/one")
    assert content_digest(ref) == content_digest(ref.model_copy(update={"home": "/two"}))
    assert content_digest(ref) != content_digest(ref.model_copy(update={"fingerprint": "g"}))


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (Path("x"), "Path"),
        ({1, 2}, "set"),
        (object(), "object"),
        (lambda: 1, "function"),
        (float("nan"), "nan"),
        ({1: "a"}, "key 1"),
    ],
)
def test_what_has_no_digest_is_refused_by_name(value: object, named: str) -> None:
    with pytest.raises(UncacheableError) as caught:
        content_digest({"inner": [value]}, "argument 'brief'")
    assert named in str(caught.value)
    assert "argument 'brief'['inner'][0]" in str(caught.value)


def test_assets_are_found_wherever_they_are() -> None:
    one, two = Asset.from_bytes(b"1", "a/b"), Asset.from_bytes(b"2", "a/b")
    assert list(assets_in({"a": (one, [two]), "b": "text"})) == [one, two]


def test_a_text_taken_out_of_a_result_still_points_back_to_it() -> None:
    request = TextRequest(prompt="a prompt that is long enough to tell")
    assert content_digest(request.prompt) in set(telling_digests([request]))
    assert list(telling_digests("en")) == []
