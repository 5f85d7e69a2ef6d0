"""The cast, and the house around it."""

from tests.submissions.conftest import cast, house

__all__ = ["cast", "house"]
