"""Set up and run, the same way on Windows, macOS and Linux (standard library only).

python run.py                the main job: planner plan baselines/example.xlsx --out out
python run.py test           every check: ruff, mypy, the page's JavaScript, the notebooks, pytest
python run.py test ARGS...   pytest ARGS... alone
python run.py ARGS...        planner ARGS...

The first run makes .venv and installs what requirements.lock says; later runs start at once.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - this file is what an old Python meets first
    version = sys.version.split()[0]
    sys.stderr.write(
        f"需要 Python 3.11 或更高版本，当前为 {version}（{sys.executable}）。\n"
        "请安装较新的 Python 后，用它运行本文件。\n"
        f"Python 3.11 or later is needed, this is {version} ({sys.executable}).\n"
        "Install a newer Python and run this file with it.\n"
    )
    sys.exit(2)

UV = "uv==0.13.9"
ROOT = Path(__file__).resolve().parent
LOCK = ROOT / "requirements.lock"
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
SUFFIX = ".exe" if os.name == "nt" else ""
PYTHON = BIN / f"python{SUFFIX}"
PLANNER = BIN / f"planner{SUFFIX}"
STAMP = VENV / "setup-stamp"
NODE_MODULES = ROOT / "node_modules"
MAIN_JOB = ["plan", "baselines/example.xlsx", "--out", "out"]
INTERRUPTED = 130


class SetupError(Exception):
    """A step of the set-up failed."""


def say(text: str) -> None:
    """Talk on stderr: stdout belongs to the job."""
    print(text, file=sys.stderr, flush=True)


def fingerprint() -> str:
    """Identify what .venv was made from; the folder counts because scripts hold its path."""
    digest = hashlib.sha256()
    for part in (LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes()):
        digest.update(hashlib.sha256(part).digest())
    digest.update(f"{UV}\n{sys.version}\n{ROOT}".encode())
    return digest.hexdigest()


def child_environment() -> dict[str, str]:
    """Return the environment of a child process."""
    env = dict(os.environ)
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # else every start compiles everything again
    env.pop("PYTHONHOME", None)
    env["VIRTUAL_ENV"] = str(VENV)
    env["PATH"] = os.pathsep.join(p for p in (str(BIN), env.get("PATH", "")) if p)
    if os.name == "nt":
        env["PYTHONUTF8"] = "1"
    return env


def run(command: list[str], cwd: Path | None = None, *, quiet: bool = False) -> int:
    """Run a command and return its exit code; with `quiet`, its stdout goes to stderr."""
    if not quiet:
        sys.stdout.flush()
    with subprocess.Popen(
        command, cwd=cwd, env=child_environment(), stdout=sys.stderr if quiet else None
    ) as process:
        try:
            code = process.wait()
        except KeyboardInterrupt:
            # The child was interrupted too: let it clean up, but not for ever.
            try:
                process.wait(timeout=10)
            except (KeyboardInterrupt, subprocess.TimeoutExpired):
                process.terminate()
            raise
    # A negative code is the signal which ended the child (never so on Windows).
    return code if code >= 0 else 128 - code


def set_up() -> None:
    """Make .venv as requirements.lock says, unless it is so already."""
    wanted = fingerprint()
    try:
        if STAMP.read_text(encoding="utf-8") == wanted and PYTHON.exists() and PLANNER.exists():
            return
    except (OSError, UnicodeDecodeError):
        pass
    say("正在准备运行环境（首次约半分钟）… / Setting up (about half a minute the first time) ...")
    STAMP.unlink(missing_ok=True)
    steps = [
        [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", UV],
        uv_install("--require-hashes", "-r", str(LOCK)),
        uv_install("--no-deps", "--no-build-isolation", "-e", str(ROOT)),
    ]
    if Path(sys.prefix).resolve() != VENV:  # not while .venv's own Python runs this file
        make_venv()
    for step in steps:
        code = run(step, quiet=True)
        if code:
            raise SetupError(f"{' '.join(step)} -> {code}")
    # The stamp comes last and at once: an interrupted set-up has none and starts again.
    unfinished = STAMP.with_name(STAMP.name + ".new")
    unfinished.write_text(wanted, encoding="utf-8")
    unfinished.replace(STAMP)


def make_venv() -> None:
    """Make .venv anew (in this process, so that an interruption stays quiet)."""
    import venv

    try:
        venv.create(VENV, clear=True, symlinks=os.name != "nt", with_pip=True)
    except (ImportError, subprocess.CalledProcessError) as error:
        message = f"venv: {error} (Debian, Ubuntu: sudo apt install python3-venv)"
        raise SetupError(message) from error


def uv_install(*arguments: str) -> list[str]:
    """Return the uv command which installs into .venv."""
    command = [str(PYTHON), "-m", "uv", "pip", "install", "--python", str(PYTHON)]
    return [*command, "--compile-bytecode", *arguments]


def notebook_check() -> list[str] | None:
    """Return the command which runs the notebooks against their saved outputs, if there are any."""
    if not any((ROOT / "notebooks").glob("*.ipynb")):
        return None
    command = ["pytest", "--nbval", "notebooks", "-W", "ignore", "-p", "no:cacheprovider"]
    command += ["--dist", "loadfile"]  # a notebook stays with its kernel
    sanitize = ROOT / "tests" / "nbval.cfg"
    if sanitize.exists():
        command += ["--nbval-sanitize-with", str(sanitize)]
    return command


def javascript_check() -> int:
    """Lint, type-check and test the page's JavaScript where node is; return the exit code."""
    npm = shutil.which("npm")
    if not npm or not shutil.which("node"):
        print("== javascript: 没有 node / no node", flush=True)
        return 1 if os.environ.get("PLANNER_REQUIRE_NODE") else 0
    print("== javascript", flush=True)
    wanted = hashlib.sha256((ROOT / "package.json").read_bytes()).hexdigest()
    stamp = NODE_MODULES / "setup-stamp"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        code = run([npm, "install", "--no-audit", "--no-fund", "--silent"], cwd=ROOT)
        if code:
            return code
        stamp.write_text(wanted, encoding="utf-8")
    return run([npm, "run", "--silent", "check"], cwd=ROOT)


def run_checks(arguments: list[str]) -> int:
    """Run all checks, pytest last, and return the first exit code that is not 0."""
    if arguments:
        return run([str(PYTHON), "-m", "pytest", *arguments], cwd=ROOT)
    checks = {
        "ruff check": ["ruff", "check"],
        "ruff format": ["ruff", "format", "--check"],
        "mypy": ["mypy"],
        "nbval": notebook_check(),
        # One after the other: a page and its browser need both cores themselves.
        "browser": ["pytest", "tests/browser", "-n", "0"],
        "pytest": ["pytest", "--ignore=tests/browser"],
    }
    failed: dict[str, int] = {}
    code = javascript_check()
    if code:
        failed["javascript"] = code
    for name, check in checks.items():
        if name == "pytest" and failed:  # said here because pytest's own line closes the output
            print(f"== 未通过 / failed: {', '.join(failed)}", flush=True)
        if check is None:
            print(f"== {name}: 没有笔记本 / no notebooks", flush=True)
            continue
        print(f"== {name}", flush=True)
        code = run([str(PYTHON), "-m", *check], cwd=ROOT)
        if code:
            failed[name] = code
    return next(iter(failed.values()), 0)


def main(arguments: list[str]) -> int:
    """Set up, then do what the arguments say; return the exit code."""
    sys.stdout.reconfigure(errors="backslashreplace")  # some consoles cannot show Chinese
    try:
        set_up()
        if arguments[:1] == ["test"]:
            return run_checks(arguments[1:])
        if arguments:
            return run([str(PLANNER), *arguments])
        return run([str(PLANNER), *MAIN_JOB], cwd=ROOT)
    except KeyboardInterrupt:
        return INTERRUPTED
    except (SetupError, OSError) as error:
        say(
            f"准备运行环境失败：{error}\n"
            "请检查网络后重试；网络较慢时，可把环境变量 PIP_INDEX_URL 和 UV_DEFAULT_INDEX "
            "设为就近的镜像；仍失败时请删除 .venv 文件夹再试。\n"
            f"The set-up failed: {error}\n"
            "Check the network and try again; if it is slow, set PIP_INDEX_URL and "
            "UV_DEFAULT_INDEX to a mirror near you; if it still fails, delete the folder .venv."
        )
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
