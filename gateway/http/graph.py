"""The graph's endpoint as a bare ASGI application: a framework's route would cost a third of a small request."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol, TypeAlias

import structlog
from starlette.types import Receive, Scope, Send

from chassis.errors import Fault
from chassis.telemetry import REQUEST_ID_HEADER, request
from gateway.authorization import Decision, Rules, decide
from gateway.executor import Answer, Engine
from gateway.http.answer import media_type, problem, send_json, with_request_id
from gateway.http.request import BadRequest, GraphQLRequest, check_not_forged, headers_of, read_request, request_id_of
from gateway.identity.contexts import SignedContexts
from gateway.identity.credentials import find_credential
from gateway.identity.grants import Grants, SignedOut
from gateway.identity.languages import accepted_languages
from gateway.operation import RequestErrors

Page: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers: TypeAlias = Mapping[str, str]
_SIGN_IN = "Sign in: send a session cookie (POST /auth/sign-in) or an API key (Authorization: Bearer ...)."
_log = structlog.get_logger(__name__)


class Door(Protocol):
    """Lets a request through to the engine, with what its caller may have. Raises BadRequest, SignedOut or Fault."""

    async def execute(self, asked: GraphQLRequest, headers: Headers, method: str, request_id: str) -> Answer: ...


class OpenDoor:
    """Everybody may ask everything: for a supergraph that is not the registry's."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def execute(self, asked: GraphQLRequest, headers: Headers, method: str, request_id: str) -> Answer:  # noqa: ARG002  # the same for every door
        prepared = self._engine.prepare(asked.query, asked.operation_name, asked.variables)
        _only_queries_by_get(prepared.operation.kind, method)
        return await self._engine.execute(prepared, headers={REQUEST_ID_HEADER: request_id}, scope_key="")


class GuardedDoor:
    """Only who has signed in, only what their permissions allow."""

    def __init__(self, engine: Engine, grants: Grants, contexts: SignedContexts) -> None:
        self._engine = engine
        self._grants = grants
        self._contexts = contexts
        self._rules = Rules.of(engine.supergraph)

    async def execute(self, asked: GraphQLRequest, headers: Headers, method: str, request_id: str) -> Answer:
        credential = find_credential(headers)
        if credential is None:
            raise SignedOut
        check_not_forged(headers, method, is_cookie=credential.is_cookie)
        actor = await self._grants.actor(credential)
        prepared = self._engine.prepare(asked.query, asked.operation_name, asked.variables)
        _only_queries_by_get(prepared.operation.kind, method)
        decision = decide(prepared, self._rules, actor)
        _note_refusals(decision)
        context = self._contexts.of(actor, accepted_languages(headers.get("accept-language")))
        return await self._engine.execute(
            prepared,
            headers={**context.headers, REQUEST_ID_HEADER: request_id},
            scope_key=context.key,
            removed=decision.removed,
            errors=decision.errors,
        )


class GraphEndpoint:
    """`POST` and `GET` of GraphQL over HTTP; a browser that asks for a page gets `page`."""

    def __init__(self, door: Door, page: Page) -> None:
        self._door = door
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = headers_of(scope)
        if scope["method"] == "GET" and "text/html" in headers.get("accept", ""):
            await self._page(scope, receive, send)
            return
        request_id = request_id_of(headers)
        with request(request_id):
            status, answer, more = await self._answer(scope, headers, receive, request_id)
        errors = answer.get("errors")
        if errors:
            answer["errors"] = with_request_id(errors, request_id)
        await send_json(send, status, answer, request_id, media_type(headers.get("accept")), more)

    async def _answer(
        self, scope: Scope, headers: Headers, receive: Receive, request_id: str
    ) -> tuple[int, dict[str, Any], Headers]:
        try:
            asked = await read_request(scope, headers, receive)
            answer = await self._door.execute(asked, headers, scope["method"], request_id)
        except BadRequest as error:
            return error.status, {"errors": [problem(error.code, error.message)]}, _allowed(error.status)
        except SignedOut:
            return 401, {"errors": [problem("UNAUTHENTICATED", _SIGN_IN)]}, {"www-authenticate": "Bearer"}
        except RequestErrors as error:
            status = 400 if media_type(headers.get("accept")) != "application/json" else 200
            return status, {"errors": [each.formatted() for each in error.errors]}, {}
        except Fault as fault:
            _log.warning("fault", reason=str(fault))
            return 503, {"errors": [problem("SERVICE_UNAVAILABLE", f"{fault.service} does not answer.")]}, {}
        return 200, answer.as_dict(), {}


def _only_queries_by_get(kind: str, method: str) -> None:
    if method == "GET" and kind != "query":
        raise BadRequest("Only queries may be sent by GET; use POST.", 405)


def _allowed(status: int) -> Headers:
    return {"allow": "GET, POST"} if status == 405 else {}  # noqa: PLR2004  # method not allowed


def _note_refusals(decision: Decision) -> None:
    for error in decision.errors:
        _log.info("refused", path=error["path"], code=error["extensions"]["code"])
