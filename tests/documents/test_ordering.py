"""There is always room for one more demand in between."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents.ordering import DIGITS, between, is_key, spread

keys = st.text(alphabet=DIGITS, min_size=1, max_size=12).filter(is_key)


@settings(deadline=None)
@given(keys, keys)
def test_key_between_two_lies_between_them(a: str, b: str) -> None:
    if a != b:
        low, high = sorted((a, b))
        assert low < between(low, high) < high
        assert is_key(between(low, high))
    assert between(None, a) < a < between(a, None)


@settings(deadline=None)
@given(st.lists(st.integers(min_value=0), min_size=1, max_size=60))
def test_any_number_of_demands_can_be_put_anywhere_one_after_the_other(places: list[int]) -> None:
    order: list[str] = []
    for place in places:
        at = place % (len(order) + 1)
        before = order[at - 1] if at else None
        order.insert(at, between(before, order[at] if at < len(order) else None))
    assert order == sorted(set(order))


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=300), st.none() | keys)
def test_spread_keys_rise_and_stay_short(count: int, low: str | None) -> None:
    found = spread(low, None, count)
    assert found == sorted(set(found))
    assert len(found) == count
    assert all(key > (low or "") and len(key) <= len(low or "") + 4 for key in found)


@pytest.mark.parametrize(("a", "b"), [("V", "V"), ("W", "V"), ("V0", None), ("", "V"), (None, "å"), ("a" * 65, None)])
def test_keys_without_order_or_shape_are_refused(a: str | None, b: str | None) -> None:
    with pytest.raises(ValueError, match="key"):
        between(a, b)
