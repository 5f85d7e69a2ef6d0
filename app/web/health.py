"""Whether the process lives, whether it can answer, and what it counts."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from app.access.gate import PUBLIC

router = APIRouter(dependencies=[PUBLIC], include_in_schema=False)


@router.get("/healthz")
async def alive() -> PlainTextResponse:
    return PlainTextResponse("ok\n")


@router.get("/readyz")
async def ready(request: Request) -> JSONResponse:
    """200 when requests can be answered; otherwise 503 and what is missing."""
    missing: dict[str, str] = {}
    try:
        async with request.app.state.database.reading() as session:
            await session.execute(text("SELECT 1 FROM motions LIMIT 1"))
    except Exception as problem:  # noqa: BLE001 - any fault of the database means: not ready
        missing["database"] = type(problem).__name__
    for name, part in request.app.state.readiness.items():
        reason = part()
        if reason is not None:
            missing[name] = reason
    return JSONResponse({"ready": not missing, "missing": missing}, 503 if missing else 200)


@router.get("/metrics")
async def metrics() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
