"""Serving more than this machine takes a token, for pages and for what they talk to."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from .conftest import PATIENCE, free_port

# An address of this machine that is not the one the app keeps to by itself.
OTHER = "127.0.0.2"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """Return the working folder of the server."""
    return tmp_path_factory.mktemp("token")


@pytest.fixture(scope="module")
def address(root):
    """Return the address that ``planner app --host`` prints, token and all."""
    command = [sys.executable, "-m", "planner.apps.cli.main", "app", "--host", OTHER, "--port",
               str(free_port()), "--no-browser", "--folder", str(root / "plans")]  # fmt: skip
    with (root / "out.txt").open("w") as said, (root / "log.txt").open("w") as log:
        process = subprocess.Popen(command, cwd=root, stdout=said, stderr=log, env=os.environ)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        printed = (root / "out.txt").read_text().partition("\n")[0]
        try:
            if printed:
                with urllib.request.urlopen(printed, timeout=60) as answer:
                    assert answer.status == 200
                break
        except urllib.error.URLError:
            pass
        time.sleep(0.2)
    else:
        pytest.fail((root / "log.txt").read_text()[-2000:])
    yield printed
    process.terminate()
    process.wait(30)


def status(address: str, **headers: str) -> tuple[int, str]:
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.geturl()
    except urllib.error.HTTPError as error:
        return error.code, error.geturl()


def test_without_the_token_there_is_no_page(address):
    parts = urllib.parse.urlsplit(address)
    assert len(urllib.parse.parse_qs(parts.query)["token"][0]) >= 30
    bare = parts._replace(query="").geturl()
    code, landed = status(bare)
    assert code in {401, 403} or "/login" in landed
    code, landed = status(bare + "?token=wrong")
    assert code in {401, 403} or "/login" in landed
    kernel = parts._replace(path="/api/kernels/00000000-0000-0000-0000-000000000000", query="")
    code, landed = status(kernel.geturl())
    assert code in {401, 403} or "/login" in landed


def test_with_the_token_the_page_works(visitor, address):
    page = visitor().new_page()
    page.goto(address)
    page.locator(".pl-examples .jupyter-button").first.click()
    page.wait_for_selector("tr[data-id=output]")


def test_wrong_tokens_cost_time_and_the_right_one_none(address):
    parts = urllib.parse.urlsplit(address)
    wrong = parts._replace(query="token=wrong").geturl()
    with ThreadPoolExecutor(60) as pool:
        begun = time.monotonic()
        tries = [pool.submit(status, wrong) for _ in range(60)]
        time.sleep(0.3)
        asked = time.monotonic()
        assert status(address)[0] == 200  # while the others wait
        assert time.monotonic() - asked < 8
        said = [each.result()[0] for each in tries]
    let_through = sum(code != 429 for code in said)
    assert 429 in said
    assert let_through <= 2 + 2 * (time.monotonic() - begun) / 0.5


def test_the_cookie_is_for_this_site_alone_and_not_for_scripts(address):
    class Asking(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    with urllib.request.build_opener(Asking).open(address, timeout=60) as answer:
        cookies = [value for name, value in answer.headers.items() if name == "Set-Cookie"]
        assert any("username" in cookie for cookie in cookies)
        for cookie in cookies:
            assert "SameSite=Strict" in cookie
            assert "HttpOnly" in cookie or cookie.startswith("_xsrf")
        assert answer.headers["Referrer-Policy"] == "same-origin"


def test_the_token_stands_in_no_log(address, root):
    token = urllib.parse.parse_qs(urllib.parse.urlsplit(address).query)["token"][0]
    parts = urllib.parse.urlsplit(address)
    for path in ("/api/kernels/x", "/voila/static/nothing", "/login", "/%ff", "/api/kernels/%00"):
        status(parts._replace(path=path).geturl())
    assert token not in (root / "log.txt").read_text()
