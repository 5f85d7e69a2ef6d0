"""The OpenAPI document of the HTTP API. Pages and fragments are no part of it: they may change at any time."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

PREFIX = "/api/"
_PROBLEM = {
    "description": "What went wrong, as a problem document (RFC 9457)",
    "content": {
        "application/problem+json": {
            "schema": {
                "type": "object",
                "required": ["type", "title", "status", "detail"],
                "properties": {
                    "type": {"type": "string", "format": "uri"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string", "description": "what happened, why, and what to do next"},
                    "errors": {
                        "type": "object",
                        "description": "what is wrong, by field",
                        "additionalProperties": {"type": "string"},
                    },
                },
            }
        }
    },
}


def describe(app: FastAPI) -> dict[str, Any]:
    """The document, made once and kept by the application."""
    if app.openapi_schema is None:
        document = get_openapi(
            title="Motionsverkstad",
            version="1",
            summary="Write congress motions together, find those who write on the same theme, collect their backing.",
            routes=app.routes,
        )
        document["paths"] = {path: calls for path, calls in document["paths"].items() if path.startswith(PREFIX)}
        for calls in document["paths"].values():
            for call in calls.values():
                # The framework's own form of validation errors is never sent; problem documents are.
                call["responses"].pop("422", None)
                call["responses"]["default"] = _PROBLEM
        document.setdefault("components", {})["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        document["security"] = [{"token": []}]
        app.openapi_schema = document
    return app.openapi_schema
