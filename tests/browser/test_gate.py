"""The server lets in whom it should: messages, other sites, files in the way, crowds."""

from __future__ import annotations

import asyncio
import re
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from planner.apps.page.texts import say

from .conftest import Server

PROTOCOL = "v1.kernel.websocket.jupyter.org"
FLOOD = b"\xff" * 7 + b"\x7f"  # as many offsets as there are not
GROWTH = 60 * 2**20  # bytes a server may take more after a bad message


def get(url, **headers):
    """Return status and text of an address."""
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def kernels(server):
    """Return how many kernels a server runs."""
    children = psutil.Process(server.process.pid).children(recursive=True)
    return sum("ipykernel" in " ".join(child.cmdline()) for child in children if child.is_running())


def settled(server, ready):
    """Wait until the number of kernels is as expected, and return it."""
    until = time.monotonic() + 20
    while time.monotonic() < until and not ready(kernels(server)):
        time.sleep(0.2)
    return kernels(server)


def line_of(server):
    """Open the page and return the address of its line to the kernel."""
    _, text = get(server.url)
    found = re.search(r'"kernelId":\s*"([0-9a-f-]{36})"', text)
    assert found
    return f"{server.url}api/kernels/{found[1]}/channels?session_id=x"


async def _stays(line):
    """Whether a line stays open for a moment; what it says meanwhile does not matter."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        try:
            if await asyncio.wait_for(line.read_message(), 0.5) is None:
                return False
        except TimeoutError:
            return True
    return True


def talk(address, *messages, protocols=(PROTOCOL,)):
    """Send messages over a page's line; whether it is still open a moment later."""

    async def job():
        request = HTTPRequest(address.replace("http", "ws", 1))
        line = await websocket_connect(request, subprotocols=list(protocols))
        try:
            for message in messages:
                await line.write_message(message, binary=isinstance(message, bytes))
            return await _stays(line)
        finally:
            line.close()
            await asyncio.sleep(0.1)

    with ThreadPoolExecutor(1) as alone:  # the browser of other tests has a loop of its own here
        return alone.submit(lambda: asyncio.run(job())).result()


def test_a_line_without_the_protocol_is_refused_before_anything_is_read(server):
    address = line_of(server)
    for protocols in ((), ("v0",)):
        with pytest.raises(HTTPClientError) as refused:
            talk(address, protocols=protocols)
        assert refused.value.code == 400


@pytest.mark.parametrize(
    "message",
    [
        FLOOD,
        b"",
        b"\x00" * 8,
        b"\x02" + bytes(7) + b"\xff" * 16,
        b"\x40" + bytes(7),
        "{}",
        "x" * 99,
    ],
    ids=["flood", "empty", "nothing", "beyond", "short", "text", "words"],
)
def test_a_message_that_is_none_ends_its_line_and_nothing_else(server, message):
    address = line_of(server)
    process = psutil.Process(server.process.pid)
    before, spent = process.memory_info().rss, sum(process.cpu_times()[:2])
    assert talk(address)
    assert not talk(address, message)
    assert get(f"{server.url}voila/static/")[0] in {200, 403, 404}
    assert process.memory_info().rss - before < GROWTH
    assert sum(process.cpu_times()[:2]) - spent < 10


def test_other_sites_make_no_kernel_and_a_person_from_there_is_asked(server, page):
    get(server.url)
    before = settled(server, lambda count: count > 1)
    for site in ("cross-site", "same-site"):
        for _ in range(8):
            status, text = get(server.url, **{"Sec-Fetch-Site": site})
            assert status == 200
            assert say("door_open", "zh") in text
            assert "kernelId" not in text
    assert kernels(server) <= before
    page.goto("data:text/html,<a href='" + server.url + "'>x</a>")
    page.click("a")
    page.click(f"a:has-text('{say('door_open', 'zh')}')")
    page.wait_for_selector(".pl-pages [aria-current]")


def test_the_address_chooses_no_template_and_no_other_file(server):
    status, text = get(f"{server.url}?template=nosuch&theme=nosuch")
    assert status == 200
    assert "kernelId" in text
    assert get(f"{server.url}app.ipynb")[0] == 404
    assert get(f"{server.url}voila/query/{'0' * 8}-0000-0000-0000-{'0' * 12}")[0] == 404


def test_what_lies_in_the_working_folder_is_not_run(tmp_path):
    (tmp_path / "cwd").mkdir()
    for name in ("voila.py", "jupyter_config.py", "jupyter_server_config.py", "ipython_config.py"):
        marker = tmp_path / f"ran-{name}"
        (tmp_path / "cwd" / name).write_text(f"open({str(marker)!r}, 'w').close()\n")
    (tmp_path / "cwd" / "voila.json").write_text('{"Voila": {"token": "x", "ip": "0.0.0.0"}}')
    server = Server(tmp_path)
    try:
        assert get(server.url)[0] == 200
        assert not list(tmp_path.glob("ran-*"))
    finally:
        server.stop()


def test_no_more_pages_than_there_is_room_for(tmp_path):
    (tmp_path / "cwd").mkdir()
    server = Server(tmp_path, options=("--pages", "2"))
    try:
        said = [get(server.url)[0] for _ in range(4)]
        assert said == [200, 200, 503, 503]
        assert kernels(server) <= 3  # one waits for the next page
        assert say("door_full", "zh") in get(server.url)[1]
    finally:
        server.stop()
