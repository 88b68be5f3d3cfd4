"""The commands ``planner app`` and ``planner lab``: the app in the browser, JupyterLab."""

from __future__ import annotations

import argparse
from typing import Any

from planner.core.findings import Finding, InputError, Obligation
from planner.core.language import LANGUAGES

PORT, LAB_PORT = 8866, 8888
LOOPBACK = "127.0.0.1"
PAGES = 30


def add_commands(commands: Any) -> None:
    """Add both commands with what they take."""
    for verb, job, text, port, kept in (
        ("app", app, "在浏览器中调整目标 / the app in the browser", PORT,
         "规划自动保存的文件夹，默认 plans / where studies are kept"),
        ("lab", lab, "用 JupyterLab 打开笔记本 / JupyterLab on the notebooks", LAB_PORT,
         "笔记本所在文件夹 / the folder of the notebooks"),
    ):  # fmt: skip
        made = commands.add_parser(verb, help=text, description=text)
        made.set_defaults(job=job, json=False, more=())
        made.add_argument("--lang", choices=LANGUAGES, default="", help="语言 / language")
        made.add_argument("--port", type=int, default=port, metavar="N", help=f"端口 / port {port}")
        made.add_argument(
            "--no-browser", action="store_true", help="不打开浏览器 / do not open a browser"
        )
        made.add_argument("--folder", default="", metavar="DIR", help=kept)
        if verb == "app":
            made.add_argument(
                "--host",
                default=LOOPBACK,
                metavar="ADDRESS",
                help="对外服务的地址，会要求口令；默认只限本机 / serve others too, with a token",
            )
            made.add_argument(
                "--pages",
                type=int,
                default=PAGES,
                metavar="N",
                help=f"最多同时打开的页面，默认 {PAGES} / pages open at once, {PAGES} by default",
            )


def app(args: argparse.Namespace) -> int:
    """Serve the app until interrupted."""
    browser = not args.no_browser
    _server().serve_app(
        args.port, args.host, args.folder, args.lang, browser=browser, pages=args.pages
    )
    return 0


def lab(args: argparse.Namespace) -> int:
    """Open JupyterLab on the notebooks until interrupted."""
    _server().serve_lab(args.port, args.folder, browser=not args.no_browser, more=args.more)
    return 0


def _server() -> Any:
    """Return the module that serves.

    Raises
    ------
    InputError
        When the extra ``app`` is not installed.
    """
    try:
        from planner.apps.page import server
    except ImportError as error:
        missing = Finding(
            "extra_missing", Obligation.MUST_FIX, found=error.name or "ipywidgets", expected="app"
        )
        raise InputError([missing]) from error
    return server
