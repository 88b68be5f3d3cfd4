"""The app harms nobody: bad files, other sites, other windows, a server that goes away."""

from __future__ import annotations

import http.client
import io
import json
import os
import re
import time
import zipfile

import openpyxl
import psutil
import pytest
from playwright.sync_api import expect

import planner
from planner.apps.page.texts import say
from planner.core.resources import shared

from . import steps
from .conftest import LOOPBACK, PATIENCE, Server
from .steps import CLUSTER, cell, go, goal_table, light, tune, wait_saved, year

BASELINES = shared("baselines")
MEGABYTE = 10**6
MARKUP = "<img src=x onerror=alert(1)>"
FORMULA = '=HYPERLINK("http://192.0.2.1/","x")'
COUNT = """() => {
  const send = WebSocket.prototype.send;
  window.sent = 0;
  WebSocket.prototype.send = function (data) {
    window.sent += data?.byteLength ?? data?.size ?? data?.length ?? 0;
    return send.call(this, data);
  };
}"""  # what goes over the wire from now on
SILENCE = 16_000  # ms: a little more than the page waits for an answer


@pytest.fixture
def start(page, server):
    """Return a page where nothing is open yet."""
    steps.open_app(page, server.url)
    return page


@pytest.fixture
def goals(start):
    """Return a page with the goals of the example."""
    steps.open_example(start)
    return start


def kept(server, value):
    """Return the studies kept whose output in 2028 is asked to be a value."""
    return [path for path in server.studies() if f'"{value}"' in path.read_text("utf-8")]


def listing(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


# -- files ----------------------------------------------------------------------------------


def workbook(rows):
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("数据")
    sheet.append(["indicator", "year", "value"])
    for number in range(1, rows + 1):
        sheet.append(["output", 2025, 1 / number])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_file_beyond_the_limit_is_told_and_not_sent(start, tmp_path):
    large = tmp_path / "大文件.xlsx"
    with large.open("wb") as file:
        file.truncate(21 * MEGABYTE)
    start.evaluate(COUNT)
    start.set_input_files("input[data-kind=baseline]", large)
    note = start.locator(".pl-filenote")
    expect(note).to_contain_text("大文件.xlsx")
    expect(note).to_contain_text("21.0 MB")
    expect(note).to_contain_text("20 MB")
    assert start.evaluate("window.sent") < 10_000
    expect(start.locator("[data-page=goals]")).to_be_disabled()


BAD = {
    "坏.xlsx": b"PK\x03\x04" + bytes(range(256)) * 20,
    "不是工作簿.xlsx": b"hello",
    "程序.exe": b"MZ" + bytes(500),
    "坏.docx": b"PK\x03\x04" + bytes(500),
    "坏.json": b'{"format": 1',
    "坏.csv": "指标,数\n".encode() + b"\xff\xfe\x00\x81",
    "../../../etc/passwd": b"root:x:0:0",
    "没有后缀": b"1,2,3",
}


def test_a_bad_file_is_told_and_the_page_goes_on(goals):
    tune(goals, "output", 2028, "252.00")
    go(goals, "start")
    for name, data in BAD.items():
        steps.upload(goals, name, data)
        said = steps.notices(goals)
        assert "Traceback" not in said, name
        assert "Error" not in said, name
        expect(goals.locator(".pl-filenote"), name).to_have_text("")
        expect(goals.locator(".pl-cluster"), name).to_have_text(CLUSTER)
        goals.locator(".pl-notices .pl-close").click()
        expect(goals.locator(".pl-notices"), name).to_be_hidden()
    go(goals, "goals")
    assert goal_table(goals)["output"][2028] == "252.00"


def test_an_empty_file_is_told(start):
    steps.upload(start, "空.xlsx", b"")
    expect(start.locator(".pl-filenote")).to_contain_text("空.xlsx")
    expect(start.locator(".pl-filenote")).to_contain_text("空的")


def test_a_large_file_never_vanishes(start):
    large = {"随机.xlsx": os.urandom(6 * MEGABYTE), "很多行.xlsx": workbook(240_000)}
    for name, data in large.items():
        assert len(data) > 5 * MEGABYTE
        steps.upload(start, name, data)
        expect(start.locator(".pl-filenote")).to_contain_text(name)
        expect(start.locator(".pl-notices li").first, name).to_be_visible(timeout=60_000)
        expect(start.locator(".pl-filenote"), name).to_have_text("")
        expect(start.locator(".pl-lost"), name).to_be_hidden()
        start.locator(".pl-notices .pl-close").click()
        expect(start.locator(".pl-notices"), name).to_be_hidden()


def pictured():
    """Return the example with six megabytes of picture in it, as people send them."""
    stream = io.BytesIO((BASELINES / "example.xlsx").read_bytes())
    with zipfile.ZipFile(stream, "a") as book:
        book.writestr("xl/media/image1.png", os.urandom(6 * MEGABYTE))
    return stream.getvalue()


def test_a_workbook_with_a_large_picture_is_read(start):
    steps.upload(start, "图片.xlsx", pictured())
    expect(start.locator(".pl-cluster")).to_have_text(CLUSTER)
    assert goal_table(start)["output"][2025] == "186.20"


@pytest.mark.parametrize("cluster", [MARKUP, FORMULA, '"><script>alert(1)</script>'])
def test_what_stands_in_a_file_is_text_everywhere(start, tmp_path, cluster):
    lines = (BASELINES / "example.csv").read_text("utf-8").splitlines()
    quoted = '"' + cluster.replace('"', '""') + '"'
    text = "\n".join(line.replace(CLUSTER, quoted) for line in lines)
    text = text.replace("虚构示例数据", '"<img src=x onerror=alert(3)>"')
    text += f"\n{quoted},<b onclick=alert(2)>x</b>,2025,5,<i>,<u>,<s>\n"
    asked = []
    start.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    name = "<img src=x onerror=alert(4)>.csv"
    steps.upload(start, name, text.encode())
    expect(start.locator(".pl-cluster")).to_have_text(cluster)
    go(start, "goals")
    tune(start, "output", 2028, "240.00")
    light(start, "a", "unmet").click()
    light(start, "cert").click()
    go(start, "scenarios")
    start.get_by_label(say("new_name", "zh")).fill(MARKUP)
    steps.button(start, "save_as").click()
    expect(start.locator("#pl-scenario")).to_have_value(MARKUP)
    expect(start.locator(".pl-compare svg")).to_be_visible()
    go(start, "charts")
    expect(start.locator(".pl-charts svg").first).to_be_visible()
    go(start, "start")
    wait_saved(start)
    go(start, "export")
    made, data = steps.download(start, "goals_xlsx")
    assert not set(made) & set('<>:"/\\|?*=')
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert not [c for s in book for r in s for c in r if c.data_type == "f" and "HYPER" in c.value]
    assert cluster in book.worksheets[0]["A1"].value
    _, data = steps.download(start, "plan_json")
    (tmp_path / "plan.json").write_bytes(data)
    assert planner.read_plan(tmp_path / "plan.json").baseline.cluster == cluster
    start.reload()
    expect(start.locator(".pl-cluster")).to_have_text(cluster)
    assert start.locator("img[src=x], .planner script, .planner b[onclick]").count() == 0
    assert asked == []


# -- other people ---------------------------------------------------------------------------


def asked(server, path, *, host="", method="GET", **headers):
    """Return status and text of an answer; the path goes out as it is."""
    line = http.client.HTTPConnection(LOOPBACK, server.port, timeout=30)
    line.putrequest(method, path, skip_host=True)
    line.putheader("Host", host or f"{LOOPBACK}:{server.port}")
    for name, value in headers.items():
        line.putheader(name.replace("_", "-"), value)
    line.endheaders()
    answer = line.getresponse()
    text = "" if answer.status == 101 else answer.read(10**6).decode("utf-8", "replace")
    line.close()
    return answer.status, text


@pytest.mark.parametrize(
    "path",
    [
        "/voila/files/app.ipynb",
        "/voila/files/../../etc/passwd",
        "/voila/files/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/voila/static/../../../../../etc/passwd",
        "/voila/templates/planner/static/../../../../../planner/cli.py",
        "/static/../../etc/passwd",
    ],
)
def test_no_file_is_served(server, path):
    status, text = asked(server, path)
    assert status in {302, 403, 404, 500}
    assert "import planner" not in text
    assert "root:" not in text


@pytest.mark.parametrize(
    "path", ["/api/contents", "/api/kernels", "/api/terminals", "/lab", "/tree"]
)
def test_nothing_else_of_jupyter_is_served(server, path):
    assert asked(server, path)[0] in {302, 403, 404, 405}


def test_the_notebook_is_not_shown(start):
    html = start.content()
    assert "import planner" not in html
    assert "pl.app(" not in html
    assert "<Page" not in start.inner_text("body")
    assert start.locator(".cm-content").count() == 0


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "192.0.2.1", "localhost.evil.example"]
)
def test_only_its_own_name_is_answered(server, host):
    status, text = asked(server, "/", host=host)
    assert status == 403
    assert "kernelId" not in text


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_its_own_name_is_answered(server, name):
    status, text = asked(server, "/", host=f"{name}:{server.port}")
    assert status == 200
    assert "kernelId" in text


@pytest.mark.usefixtures("start")
def test_another_site_cannot_reach_the_kernel(server, record):
    kernel = next(
        re.search(r"api/kernels/[\w-]+", url)[0] for url in record.requests if "ws:" in url
    )
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec_WebSocket_Version": "13",
               "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
               "Sec_WebSocket_Protocol": "v1.kernel.websocket.jupyter.org"}  # fmt: skip
    path, own = f"/{kernel}/channels", f"http://{LOOPBACK}:{server.port}"
    assert asked(server, path, Origin=own, **upgrade)[0] == 101
    assert asked(server, path, Origin="http://evil.example", **upgrade)[0] == 403
    rebound = asked(server, path, Origin="http://evil.example", host="evil.example", **upgrade)
    assert rebound[0] == 403


def test_two_people_do_not_see_each_other(visitor, server):
    pages = [visitor().new_page() for _ in range(2)]
    for one in pages:
        steps.open_app(one, server.url)
        steps.open_example(one)
    for one, value in zip(pages, ("261.00", "272.00"), strict=True):
        tune(one, "output", 2028, value)
        wait_saved(one)
    for one, value in zip(pages, ("261.00", "272.00"), strict=True):
        tune(one, "patents", 2028, "400")
        wait_saved(one)
        assert goal_table(one)["output"][2028] == value
        one.reload()
        expect(cell(one, "output", 2028)).to_have_attribute("data-text", value)
    assert len({*kept(server, "261.00"), *kept(server, "272.00")}) == 2


@pytest.mark.parametrize("choice", ["take_theirs", "keep_mine"])
def test_of_two_windows_none_overwrites_the_other(visitor, server, choice):
    base = {"take_theirs": 300, "keep_mine": 310}[choice]
    first, theirs, mine, last = (f"{base + n}.00" for n in range(4))
    context = visitor()
    one = context.new_page()
    steps.open_app(one, server.url)
    steps.open_example(one)
    tune(one, "output", 2028, first)
    wait_saved(one)
    two = context.new_page()
    two.goto(server.url)
    expect(cell(two, "output", 2028)).to_have_attribute("data-text", first)
    tune(one, "output", 2028, theirs)
    wait_saved(one)
    (path,) = kept(server, theirs)
    tune(two, "output", 2028, mine)
    banner = two.locator(".pl-elsewhere")
    expect(banner).to_be_visible()
    expect(two.locator(".pl-saved")).to_have_attribute("data-state", "elsewhere")
    assert kept(server, theirs) == [path]
    assert kept(server, mine) == []
    steps.button(two, choice).click()
    expect(banner).to_be_hidden()
    wait_saved(two)
    if choice == "take_theirs":
        expect(cell(two, "output", 2028)).to_have_attribute("data-text", theirs)
        two.locator(".pl-top button").first.click()
        expect(cell(two, "output", 2028)).to_have_attribute("data-text", mine)
    else:
        expect(cell(two, "output", 2028)).to_have_attribute("data-text", mine)
        assert kept(server, theirs) == [path]
        (other,) = kept(server, mine)
        assert other != path
    tune(two, "output", 2028, last)
    wait_saved(two)
    (saved,) = kept(server, last)
    assert (saved == path) is (choice == "take_theirs")
    if choice == "take_theirs":  # now it is the first window whose study was changed elsewhere
        tune(one, "output", 2027, "290.00")
        expect(one.locator(".pl-elsewhere")).to_be_visible()
        assert kept(server, last) == [path]


# -- what goes wrong ------------------------------------------------------------------------


def test_what_cannot_be_saved_is_told(goals, server):
    tune(goals, "output", 2028, "253.00")
    wait_saved(goals)
    aside = server.folder.with_name("aside")
    server.folder.rename(aside)
    server.folder.write_text("no folder")
    try:
        tune(goals, "output", 2028, "254.00")
        expect(goals.locator(".pl-saved")).to_have_attribute("data-state", "failed")
        steps.notices(goals)
    finally:
        server.folder.unlink()
        aside.rename(server.folder)
    tune(goals, "output", 2028, "255.00")
    wait_saved(goals)
    assert len(kept(server, "255.00")) == 1


def test_closed_pages_leave_no_kernel_behind(visitor, server):
    context = visitor()
    one = context.new_page()
    steps.open_app(one, server.url)
    before, steady = len(kernels(server)), 0
    while steady < 10:  # kernels of pages that others opened may still be on their way
        one.wait_for_timeout(300)
        now = len(kernels(server))
        before, steady = now, steady + 1 if now == before else 0
    for _ in range(3):
        one.reload()
        one.wait_for_selector(".pl-pages [aria-current]")
    until = time.monotonic() + PATIENCE
    while len(kernels(server)) > before and time.monotonic() < until:
        one.wait_for_timeout(200)
    assert len(kernels(server)) <= before


def kernels(server):
    return psutil.Process(server.process.pid).children()


@pytest.fixture
def own(tmp_path):
    """Return a server of its own, to be ended or stopped."""
    made = Server(tmp_path)
    yield made
    for process in kernels(made) if made.process.poll() is None else ():
        process.resume()
    made.stop()


@pytest.fixture
def clocked(page, own):
    """Return the goals of the example on a page whose clock can be put forward."""
    page.clock.install()
    steps.open_app(page, own.url)
    steps.open_example(page)
    tune(page, "output", 2028, "250.00")
    wait_saved(page)
    expect(page.locator(".pl-lost")).to_be_hidden()
    return page


@pytest.mark.parametrize("by", ["box", "repair"])
def test_a_server_that_is_gone_is_told(clocked, own, by):
    own.kill()
    if by == "box":
        steps.type_box(clocked, 2028, "260")
    else:
        steps.button(clocked, "repair").click()
    clocked.clock.fast_forward(SILENCE)
    expect(clocked.locator(".pl-lost")).to_be_visible()
    expect(clocked.locator(".pl-lost")).to_have_text(say("lost", "zh"))


def test_a_late_answer_takes_the_alarm_back(clocked, own):
    running = kernels(own)
    for process in running:
        process.suspend()
    steps.type_box(clocked, 2028, "260")
    clocked.clock.fast_forward(SILENCE)
    expect(clocked.locator(".pl-lost")).to_be_visible()
    for process in running:
        process.resume()
    expect(cell(clocked, "output", 2028)).to_have_attribute("data-text", "260.00")
    wait_saved(clocked)
    expect(clocked.locator(".pl-lost")).to_be_hidden()


def test_a_server_ended_at_once_loses_nothing(page, own):
    before = listing(own.cwd)
    steps.open_app(page, own.url)
    steps.open_example(page)
    tune(page, "output", 2028, "250.00")
    year(page, 2027).locator(".pl-pin").click()
    expect(year(page, 2027).locator(".pl-pin")).to_have_attribute("aria-pressed", "true")
    wait_saved(page)
    table, url = goal_table(page), own.url
    own.kill()
    own.restart()
    assert own.url == url
    page.goto(url)
    expect(cell(page, "output", 2028)).to_have_attribute("data-text", "250.00")
    assert goal_table(page) == table
    assert "p" in steps.marks(page, "output", 2027)
    go(page, "export")
    for artefact in ("pack", "baseline_xlsx"):
        steps.download(page, artefact)
    assert listing(own.cwd) == before == []
    assert [name for name in listing(own.temporary) if name.startswith("planner-")] == []
    for path in own.studies():
        assert json.loads(path.read_text("utf-8"))["format"] == 1


def test_a_page_opens_after_nobody_came_for_a_while(page, tmp_path):
    seconds = 5
    names = "server.IDLE_SECONDS, server.LOOK_SECONDS, server.GRACE_SECONDS"
    code = f"from planner.apps.page import server; {names} = {seconds}, 1, {seconds}; "
    code += "from planner.apps.cli.main import main; main()"
    idle = Server(tmp_path, python=["-c", code])
    try:
        page.wait_for_timeout((seconds + 10) * 1000)  # the point is that nothing happens
        page.goto(idle.url)
        expect(page.locator(".pl-pages [aria-current]")).to_be_visible()
    finally:
        idle.stop()
