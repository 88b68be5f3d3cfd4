"""The gate: whom and what the app's server lets in - tokens, pages of other sites, messages, how many pages.

Needs the extra ``app``: imported only by who serves. What each measure is against is told in
``docs/serving.md``.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from html import escape
from typing import Any

from jupyter_server.auth.identity import PasswordIdentityProvider, User
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado import web
from traitlets import default
from voila.app import Voila
from voila.request_info_handler import RequestInfoSocketHandler
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler
from voila.voila_identity_provider import VoilaLoginHandler

from planner.apps.page.texts import say

LOOPBACK = "127.0.0.1"
PROTOCOL = "v1.kernel.websocket.jupyter.org"
MOST_PARTS = 64  # of a message: its channel, four pieces of JSON, buffers
LARGEST = 4 << 20  # bytes of a message; uploads come in pieces of a quarter of it
WORD = 8  # bytes of a number in a message's head
WRONG_PAUSE, MOST_WAITING = 0.5, 20  # seconds a wrong token costs, and how many may wait for that
IDLE_SECONDS, LOOK_SECONDS, GRACE_SECONDS = 3600, 60, 60


def well_formed(message: str | bytes) -> bool:
    r"""Whether a message of a page has the head that the protocol gives it.

    Jupyter reads as many offsets as a message says it has, up to 2**64 of them.

    >>> well_formed(bytes([2]) + bytes(7) + bytes([24]) + bytes(7) + bytes([29]) + bytes(7) + b"shell")
    True
    >>> well_formed(b"\xff" * 7 + b"\x7f"), well_formed("{}")
    (False, False)
    """
    if isinstance(message, str) or len(message) < WORD:
        return False
    count = int.from_bytes(message[:WORD], "little")
    head = WORD * (count + 1)
    if not 2 <= count <= MOST_PARTS or head > len(message):  # noqa: PLR2004 - a channel and its end
        return False
    places = [int.from_bytes(message[at : at + WORD], "little") for at in range(WORD, head, WORD)]
    return places[0] >= head and places == sorted(places) and places[-1] <= len(message)


class Socket(VoilaKernelWebsocketHandler):  # type: ignore[misc]
    """A page's line to its kernel; what cannot be read is not tried to be."""

    async def get(self, kernel_id: str) -> None:
        """Open the line, in the one protocol whose messages can be checked before they are read."""
        offered = self.request.headers.get("Sec-WebSocket-Protocol", "")
        if PROTOCOL not in {each.strip() for each in offered.split(",")}:
            raise web.HTTPError(400, "protocol")
        await super().get(kernel_id)

    def on_message(self, message: str | bytes) -> None:
        """Pass a message on; one that is none ends the line."""
        if well_formed(message):
            super().on_message(message)
        else:
            self.close(1002, "message")


class Front(TornadoVoilaHandler):  # type: ignore[misc]
    """The page itself: each opening takes a kernel, so not everybody makes one."""

    @web.authenticated
    async def get(self, path: str = "") -> None:
        """Serve the page, to who asked for it himself and as long as there is room."""
        if path:
            raise web.HTTPError(404)
        self._forget_query()
        if self.request.headers.get("Sec-Fetch-Site", "none") in {"cross-site", "same-site"}:
            self._ask(200, "door_elsewhere", "door_open")
            return
        kernels: Kernels = self.kernel_manager
        if not await kernels.has_room():
            self._ask(503, "door_full", "door_again")
            return
        kernels.coming += 1
        try:
            await super().get(path)
        finally:
            kernels.coming -= 1

    def _forget_query(self) -> None:
        """Drop what stands behind the address: the token is known by now, templates are ours."""
        request = self.request
        request.arguments, request.query_arguments, request.query = {}, {}, ""
        request.uri = request.path

    def _ask(self, status: int, text: str, button: str) -> None:
        """Serve a few words and a link that a person has to follow."""
        self.set_status(status)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        lines = [f"<p>{escape(say(text, lang))}</p>" for lang in ("zh", "en")]
        words = escape(" / ".join(say(button, lang) for lang in ("zh", "en")))
        title = escape(say("title", "zh"))
        link = f'<p><a href="{escape(self.request.path)}">{words}</a></p>'
        head = f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{title}</title>'
        self.finish("".join((head, *lines, link, "</html>")))

    def set_default_headers(self) -> None:
        """Tell no other site the address, which may bear the token, and be shown in none."""
        super().set_default_headers()
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("X-Frame-Options", "SAMEORIGIN")


class Farewell(VoilaShutdownKernelHandler):  # type: ignore[misc]
    """The farewell of a page that is closed ends its kernel."""

    def check_xsrf_cookie(self) -> None:
        """Ask for no cookie: a farewell can carry none, and only the page knows the kernel's id."""


class Login(VoilaLoginHandler):  # type: ignore[misc]
    """The form that asks for the token."""

    async def post(self) -> None:
        """Take what was typed; a wrong token costs time."""
        keeper: Keeper = self.identity_provider
        if not keeper.right(self.get_argument("password", default="")):
            await keeper.wait()
        super().post()


class Keeper(PasswordIdentityProvider):
    """Knows the token: compares it in constant time, and lets wrong tries wait."""

    waiting = 0

    def __init__(self, **options: Any) -> None:
        """Let the form for the token be ours."""
        super().__init__(**{**options, "login_handler_class": Login})
        self._turn = asyncio.Lock()

    @default("cookie_options")
    def _own_pages_only(self) -> dict[str, Any]:
        return {"samesite": "Strict"}

    def right(self, given: str) -> bool:
        """Whether something is the token."""
        return hmac.compare_digest(given.encode(), str(self.token).encode())

    def get_token(self, handler: web.RequestHandler) -> str | None:
        """Return the token of a request, if it is the right one."""
        given = super().get_token(handler)
        return given if given and self.right(given) else None

    async def get_user_token(self, handler: web.RequestHandler) -> User | None:
        """Return who comes with the right token; a wrong one costs time."""
        given = super().get_token(handler)
        if self.token and given and not self.right(given):
            await self.wait()
        return await super().get_user_token(handler)

    async def wait(self) -> None:
        """Let a wrong try wait for all those before it; too many are sent away."""
        if self.waiting >= MOST_WAITING:
            raise web.HTTPError(429)
        self.waiting += 1
        try:
            async with self._turn:
                await asyncio.sleep(WRONG_PAUSE)
        finally:
            self.waiting -= 1


class Kernels(AsyncMappingKernelManager):
    """Kernels that say what went wrong, and nothing else; no more of them than pages may be open."""

    pages = 0  # how many may be open at once
    coming = 0  # pages that are being made
    crowded = False  # whether somebody waits for a place
    seen: dict[str, float]  # when a kernel was first seen outside the pool of waiting ones

    def __init__(self, **options: Any) -> None:
        """Begin with none."""
        super().__init__(**options)  # type: ignore[no-untyped-call]
        self.seen = {}

    async def start_kernel(self, **options: Any) -> str:  # type: ignore[override]
        """Start a kernel that writes no chatter."""
        options.setdefault("extra_arguments", ["--IPKernelApp.log_level=ERROR"])
        kernel: str = await super().start_kernel(**options)
        return kernel

    async def has_room(self) -> bool:
        """Whether one more page may be opened; those that nobody is at give way."""
        if len(self.list_kernel_ids()) + self.coming < self.pages:
            return True
        if await self._open() >= self.pages:
            self.crowded = True
            try:
                for kernel_id in self.list_kernel_ids():
                    await self.cull_kernel_if_idle(kernel_id)
            finally:
                self.crowded = False
        return await self._open() < self.pages

    async def _open(self) -> int:
        """Return how many pages are open: kernels, but for those that wait in the pool."""
        pools: dict[str, list[asyncio.Task[Any]]] = self._pools  # type: ignore[attr-defined]
        waiting = [task for pool in pools.values() for task in pool]
        await asyncio.gather(*waiting, return_exceptions=True)
        spare = sum(not task.cancelled() and task.exception() is None for task in waiting)
        return len(self.list_kernel_ids()) - spare + self.coming

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """End a kernel nobody is at; a page just handed out is given time to call.

        Usually that is after a long while; at once where others wait for its place.
        """
        now = asyncio.get_running_loop().time()
        if now - self.seen.setdefault(kernel_id, now) <= GRACE_SECONDS:
            return
        if not self.crowded:
            await super().cull_kernel_if_idle(kernel_id)  # type: ignore[no-untyped-call]
        elif not self._kernel_connections.get(kernel_id, 0):
            await self.shutdown_kernel(kernel_id, now=True)  # type: ignore[no-untyped-call]


def hush(token: str) -> None:
    """Put dots for the token in whatever this process logs."""
    make = logging.getLogRecordFactory()

    def record(*facts: Any, **more: Any) -> logging.LogRecord:
        made = make(*facts, **more)
        if token in (text := made.getMessage()):
            made.msg, made.args = text.replace(token, "…"), ()
        return made

    logging.setLogRecordFactory(record)


class App(Voila):  # type: ignore[misc]
    """Voilà behind the gate; it answers only to its own name when it serves only this machine."""

    local = True

    @default("config_file_paths")
    def _no_config_files(self) -> list[str]:
        return []  # what lies in the working folder or elsewhere is not run

    def init_settings(self) -> dict[str, Any]:
        """Return the settings of the server."""
        settings: dict[str, Any] = super().init_settings()
        settings["websocket_max_message_size"] = LARGEST
        settings["xsrf_cookie_kwargs"] = {"samesite": "Strict"}
        if self.local:
            settings["allow_remote_access"] = False
            settings["local_hostnames"] = ["localhost", LOOPBACK]
        if self.token:
            hush(self.token)
        return settings

    def init_handlers(self) -> list[Any]:
        """Return the handlers of the server: ours for Voilà's, without its way to tell requests."""
        ours = {
            VoilaShutdownKernelHandler: Farewell,
            VoilaKernelWebsocketHandler: Socket,
            TornadoVoilaHandler: Front,
        }
        handlers: list[Any] = super().init_handlers()
        return [
            (address, ours.get(handler, handler), *rest)
            for address, handler, *rest in handlers
            if handler is not RequestInfoSocketHandler
        ]
