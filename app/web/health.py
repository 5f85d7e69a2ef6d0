"""Whether the process lives, whether it can answer, and what it counts."""

import asyncio
from collections.abc import Callable, Mapping

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text

from app.access.gate import PUBLIC

#: Seconds in which the database has to answer, fewer than whoever asks is likely to wait.
PATIENCE = 3.0
NOT_KEPT = {"cache-control": "no-store"}

router = APIRouter(dependencies=[PUBLIC], include_in_schema=False)


@router.get("/healthz")
async def alive() -> PlainTextResponse:
    return PlainTextResponse("ok\n")


@router.get("/readyz")
async def ready(request: Request) -> JSONResponse:
    """200 when requests can be answered; otherwise 503 and what is missing.

    What is impaired is named and does no harm to the answer: a node that can't hear the others serves on and reads
    the log instead. Were it taken out for that, one lost broker would take all nodes out at once.
    """
    missing = _reasons(request.app.state.readiness)
    try:
        async with asyncio.timeout(PATIENCE), request.app.state.database.reading() as session:
            await session.execute(text("SELECT 1 FROM motions LIMIT 1"))
    except Exception as problem:  # noqa: BLE001 - any fault of the database means: not ready
        missing["database"] = type(problem).__name__
    impaired = _reasons(request.app.state.impairments)
    return JSONResponse(
        {"ready": not missing, "missing": missing, "impaired": impaired}, 503 if missing else 200, NOT_KEPT
    )


def _reasons(parts: Mapping[str, Callable[[], str | None]]) -> dict[str, str]:
    return {name: reason for name, part in parts.items() if (reason := part()) is not None}


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    return Response(await request.app.state.siblings.metrics(), media_type=CONTENT_TYPE_LATEST)
