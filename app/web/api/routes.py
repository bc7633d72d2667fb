"""The table of the API's addresses, and the application that serves them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args, get_type_hints

from fastapi import APIRouter, Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter
from starlette.requests import Request

from app import __version__
from app.web.api import handlers
from app.web.api.models import Problem, RemovedParagraph
from app.web.api.schema import closed
from app.web.errors import install_errors
from app.web.responses import Json
from app.web.state import Web, web_of

Responses = Mapping[int | str, dict[str, Any]]


def _fault(status: int, description: str) -> Responses:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": description, "content": content}}


_NOT_FOUND = _fault(404, "Not found")
_RENAMED: Responses = {
    301: {"description": "Elsewhere now, see Location", "content": {"application/json": {}}}
}
# Of every route.
_FAULTS: Responses = {
    400: {"description": "More than 50 parameters", "content": {"text/plain": {}}},
    **_fault(422, "A parameter is missing or does not fit"),
    429: {"description": "Too many; come again after Retry-After seconds", "content": {"text/plain": {}}},
    **_fault(503, "Not now: the index is out of reach"),
}


@dataclass(frozen=True, slots=True)
class ApiRoute:
    """An address of the API.

    Attributes:
        handler: returns `Json` of a model; that model is the answer's schema.
        model: the model of a 200, where the handler has models for other answers too.
        responses: further answers.
    """

    path: str
    handler: Callable[..., Json[Any]]
    summary: str
    responses: Responses = field(default_factory=dict)
    model: Any = None

    @property
    def answer(self) -> Any:
        """The model of a 200."""
        return self.model or get_args(get_type_hints(self.handler)["return"])[0]


ROUTES = (
    ApiRoute("/api/v1/articles", handlers.articles, "Articles, newest first"),
    ApiRoute("/api/v1/articles/{id}", handlers.article, "One article document", {**_NOT_FOUND, **_RENAMED}),
    ApiRoute("/api/v1/terms", handlers.terms, "The glossary"),
    ApiRoute("/api/v1/terms/{id}", handlers.term, "One entry, with every occurrence", _NOT_FOUND),
    ApiRoute("/api/v1/terms/{id}/uses", handlers.term_uses, "One entry’s uses, counted", _NOT_FOUND),
    ApiRoute(
        "/api/v1/terms/{id}/series",
        handlers.term_series,
        "One entry, counted by year in texts that the library does not hold",
        _NOT_FOUND,
    ),
    ApiRoute("/api/v1/uses", handlers.uses, "The uses of any words, counted"),
    ApiRoute("/api/v1/speakers", handlers.speakers, "Those who are quoted, most quoted first"),
    ApiRoute("/api/v1/speakers/{id}", handlers.speaker, "One speaker, with every quotation", _NOT_FOUND),
    ApiRoute(
        "/api/v1/speakers/{id}/terms",
        handlers.speaker_marks,
        "The terms that mark one speaker’s words against the library",
        _NOT_FOUND,
    ),
    ApiRoute("/api/v1/search", handlers.search, "Full text: exact substrings, ranked"),
    ApiRoute("/api/v1/words", handlers.words, "A word, and every word inside it"),
    ApiRoute(
        "/api/v1/words/{article}/{block}",
        handlers.words_at,
        "The word at a place of an article; its people before any word",
        _NOT_FOUND,
    ),
    ApiRoute(
        "/api/v1/resolve/{article}/{pid}",
        handlers.resolve,
        "What a link to a paragraph leads to",
        {**_NOT_FOUND, 410: {"model": RemovedParagraph, "description": "Removed; with its last words"}},
        handlers.Resolved,
    ),
    ApiRoute(
        "/api/v1/cite/{article}/{pid}",
        handlers.cite,
        "A paragraph with its citation in every form",
        {**_NOT_FOUND, **_RENAMED},
    ),
    ApiRoute(
        "/api/v1/compare/{first}/{second}",
        handlers.compare,
        "Two articles, sentence by sentence, and the phrases that one uses more",
        {**_NOT_FOUND, **_RENAMED, **_fault(413, "The two texts are too long together")},
    ),
    ApiRoute(
        "/api/v1/reuse/{id}", handlers.reuse, "The words of an article that other articles have", _NOT_FOUND
    ),
    ApiRoute(
        "/oembed",
        handlers.oembed,
        "A paragraph to embed",
        {**_NOT_FOUND, **_fault(501, "Only JSON is answered")},
    ),
)


class Api(FastAPI):
    """The application that answers programs."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, made once."""
        if self.openapi_schema is None:
            made = super().openapi()
            # FastAPI lists the models of answers in application/json alone.
            made["components"]["schemas"]["Problem"] = TypeAdapter(Problem).json_schema()
            self.openapi_schema = closed(made)
        return self.openapi_schema


def api_app(web: Web) -> Api:
    """The API of a site."""
    app = Api(
        title="Meipi",
        summary="Annotated Chinese articles: paragraphs with lasting ids, terms, speakers, quotations.",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.web = web
    router = APIRouter(tags=["v1"], default_response_class=Json, dependencies=[Depends(_finished)])
    for route in ROUTES:
        router.add_api_route(
            route.path,
            route.handler,
            methods=["GET"],
            operation_id=route.handler.__name__,
            response_model=route.answer,
            summary=route.summary,
            responses={**_FAULTS, **route.responses},
        )
    app.include_router(router)
    app.add_route("/openapi.json", lambda request: Json(request.app.openapi()))
    install_errors(app, invalid=RequestValidationError)
    return app


def _finished(request: Request) -> None:
    """A list of a library that is still being read would be too short: 503."""
    web_of(request).library.require_finished()
