"""The pages for people: the start page, the query page, and the files they need; all from this host."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

FOLDER: Final = Path(__file__).parent / "pages"
_POLICY: Final = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "object-src 'none'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
_HEADERS: Final = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
Status = Callable[[], Awaitable[list[dict[str, Any]]]]


def page(name: str, texts: Mapping[str, str] | None = None, status: int = 200) -> Response:
    """With `texts`, which are HTML, in the places of the comments of their names."""
    shown = (FOLDER / name).read_text(encoding="utf-8")
    for place, text in (texts or {}).items():
        shown = shown.replace(f"<!-- {place} -->", text)
    return HTMLResponse(shown, status, headers=_HEADERS)


async def query_page(scope: Scope, receive: Receive, send: Send) -> None:
    """With a first query of the registry, and who is signed in."""
    await page("graphiql.html")(scope, receive, send)


async def open_query_page(scope: Scope, receive: Receive, send: Send) -> None:
    """Of any graph."""
    await page("graphiql-open.html")(scope, receive, send)


def page_routes(status: Status, store: str | None = None) -> APIRouter:
    """`/`, `/account`, `/upload`, the pages of `/guide`, and `/status`; `status` tells the state of every part.

    `store` is the origin to which browsers send files.
    """
    router = APIRouter()

    @router.get("/")
    async def start() -> Response:
        return page("start.html")

    @router.get("/account")
    async def account() -> Response:
        return page("account.html")

    @router.get("/upload")
    async def upload() -> Response:
        return _sending_to(store, page("upload.html"))

    @router.get("/guide")
    @router.get("/guide/{name}")
    async def guide() -> Response:
        return page("guide.html")

    @router.get("/status")
    async def parts() -> Response:
        return JSONResponse({"parts": await status()}, headers={"cache-control": "no-store"})

    return router


def _sending_to(store: str | None, response: Response) -> Response:
    """To nobody else but this host does any page talk; previews of files come from there too."""
    if store is not None:
        more = f"; connect-src 'self' {store}"
        allowed = _POLICY.replace("img-src 'self'", f"img-src 'self' {store}")
        response.headers["content-security-policy"] = allowed + more
    return response


def file_mounts(assets: Path) -> list[Mount]:
    """`/pages` are ours; `/assets` are the browser files of others, which may be missing."""
    found = {"/pages": FOLDER, "/assets": assets}
    return [Mount(path, _Files(directory=folder)) for path, folder in found.items() if folder.is_dir()]


class _Files(StaticFiles):
    """Files with the headers of the pages; a picture opened by itself must not do more than a page may."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(_HEADERS)
        return response
