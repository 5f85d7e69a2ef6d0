"""The words between nodes come back as they were written, and nothing else is taken for one."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.collab.news import (
    Committed,
    FrozenNow,
    Lost,
    News,
    NodeLeft,
    PageChanged,
    RightsChanged,
    Seen,
    WhoIsThere,
    decode,
    encode,
)
from app.collab.protocol import Malformed, State

PERSON = UUID("01980000-0000-7000-8000-0000000000aa")


@pytest.mark.parametrize(
    "news",
    [
        Committed(7, b"\x01\x02"),
        Seen(((PERSON, State(3, 4, '{"user":{"name":"Åsa"}}')), (PERSON, State(2**53 - 1, 0, "null")))),
        Seen(()),
        WhoIsThere(),
        NodeLeft(),
        FrozenNow(),
        RightsChanged(PERSON, None),
        RightsChanged(None, PERSON),
        Lost(),
        PageChanged(PERSON, ("status", "co-signatures")),
        PageChanged(PERSON, ()),
    ],
)
def test_news_comes_back_as_it_was_told(news: News) -> None:
    assert decode(encode(news)) == news
    with pytest.raises(Malformed):
        decode(encode(news) + b"\x00")


@given(st.binary(max_size=100))
def test_whatever_comes_is_news_or_malformed(data: bytes) -> None:
    try:
        decode(data)
    except Malformed:
        return
