"""What the application mounts of matching."""

from fastapi import APIRouter

from app.kit.db import Database
from app.matching import api, routes
from app.matching.embeddings import encoder_of
from app.matching.feed import Feed
from app.matching.passages import Shelf

router = APIRouter()
router.include_router(api.router)
router.include_router(routes.router)


def create_index(database: Database, embeddings: str = "") -> Feed:
    """The index of this process; `run()` builds it and keeps it up to date. `embeddings` as in the settings."""
    return Feed(database, encoder_of(embeddings))


def create_shelf(database: Database) -> Shelf:
    """The programmes as this process knows them."""
    return Shelf(database)
