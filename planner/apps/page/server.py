"""The server: the app by Voilà, or JupyterLab on the notebooks, as the commands start them.

Only this machine is served unless another address is asked for, which then takes a token. Idle
pages' kernels are ended after a while; their studies are in the store.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from planner.apps.page.app import DEFAULT_FOLDER, FOLDER_VARIABLE, LANG_VARIABLE
from planner.core import resources
from planner.core.findings import Finding, InputError, Obligation
from planner.model import messages

LOOPBACK = "127.0.0.1"
NOTEBOOK = "app.ipynb"
PORT_TRIES = 20


def free_port(port: int, host: str) -> int:
    """Return the port asked for, or the next one that nobody uses.

    Raises
    ------
    InputError
        When none of those that follow is free.
    """
    for candidate in range(port, min(port + PORT_TRIES, 65536)):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            if os.name != "nt":  # there it would take a port from somebody else
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, candidate))
            except OSError:
                continue
            return candidate
    raise InputError([Finding("port_taken", Obligation.MUST_FIX, found=str(port))])


def serve_app(port: int, host: str, folder: str, lang: str, *, browser: bool, pages: int) -> str:
    """Serve the app until it is interrupted, to as many pages at once as are allowed.

    Raises
    ------
    InputError
        When the extra ``app`` is not installed, or no port is free.
    """
    _leave_folder_out()
    # Jupyter would build a grammar of international addresses, which takes a second and which
    # nothing here asks for; where the package is missing it does without.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    try:
        from traitlets.config import Config

        from planner.apps.page.gate import IDLE_SECONDS, LOOK_SECONDS, App, Keeper, Kernels
    except ImportError as error:
        raise _missing(error) from error
    local = host in {LOOPBACK, "localhost", "::1"}
    token = "" if local else secrets.token_urlsafe(24)
    port = free_port(port, host)
    os.environ[FOLDER_VARIABLE] = str(Path(folder or DEFAULT_FOLDER).resolve())
    os.environ[LANG_VARIABLE] = lang
    paths = [str(resources.data_path("jupyter")), os.environ.get("JUPYTER_PATH", "")]
    os.environ["JUPYTER_PATH"] = os.pathsep.join(path for path in paths if path)

    notebook = resources.shared("notebooks") / NOTEBOOK
    name = socket.gethostname() if host in {"0.0.0.0", "::"} else host  # noqa: S104 - somebody asked for it
    name = f"[{name}]" if ":" in name else name
    address = f"http://{name}:{port}/" + (f"?token={token}" if token else "")
    arguments = [
        str(notebook),
        f"--port={port}",
        f"--Voila.ip={host}",
        f"--Voila.root_dir={notebook.parent}",  # a path relative to it may cross no drives
        "--Voila.port_retries=0",
        f"--Voila.open_browser={browser}",
        "--VoilaConfiguration.template=planner",
        "--VoilaConfiguration.preheat_kernel=True",
        "--VoilaConfiguration.default_pool_size=1",
        "--VoilaConfiguration.show_tracebacks=False",
        "--VoilaConfiguration.allow_template_override=NO",
        "--VoilaConfiguration.allow_theme_override=NO",
        "--VoilaConfiguration.file_allowlist=$^",
        "--VoilaConfiguration.extension_denylist=jupyterlab_pygments",
        "--VoilaConfiguration.extension_denylist=@voila-dashboards/jupyterlab-preview",
        f"--MappingKernelManager.cull_idle_timeout={IDLE_SECONDS}",
        f"--MappingKernelManager.cull_interval={LOOK_SECONDS}",
        "--Voila.log_level=ERROR",
    ]
    config = Config()
    config.VoilaConfiguration.multi_kernel_manager_class = Kernels
    config.Voila.identity_provider_class = Keeper
    Kernels.pages, App.local = pages, local
    if token:
        arguments.append(f"--token={token}")
    kept = os.environ[FOLDER_VARIABLE]
    print(address, messages.label("serving", lang, folder=kept), sep="\n", flush=True)  # noqa: T201 - where to look
    App.launch_instance(arguments, config=config)
    return address


def _leave_folder_out() -> None:
    """Import nothing from the working folder, as `python -m` would: files of anybody may lie there."""
    here = Path.cwd()
    if here not in resources.PACKAGE.parents:
        sys.path[:] = [path for path in sys.path if path and Path(path).resolve() != here]


def serve_lab(port: int, folder: str, *, browser: bool, more: Sequence[str] = ()) -> None:
    """Open JupyterLab on the notebooks, copied into a folder where they are not already.

    Options of Jupyter's own in `more` are passed on.

    Raises
    ------
    InputError
        When the extra ``app`` is not installed, or no port is free.
    """
    try:
        from jupyterlab.labapp import LabApp
    except ImportError as error:
        raise _missing(error) from error
    shipped = resources.shared("notebooks")
    root = Path(folder) if folder else shipped
    if folder or resources.PACKAGE in shipped.parents:
        root = Path(folder or "notebooks")
        root.mkdir(parents=True, exist_ok=True)
        for notebook in shipped.glob("*.ipynb"):
            if not (root / notebook.name).exists():
                shutil.copyfile(notebook, root / notebook.name)
    LabApp.launch_instance(
        [f"--ServerApp.root_dir={root.resolve()}", f"--port={free_port(port, LOOPBACK)}",
         f"--ServerApp.open_browser={browser}", f"--ServerApp.ip={LOOPBACK}",
         *more]
    )  # fmt: skip


def _missing(error: ImportError) -> InputError:
    missing = Finding(
        "extra_missing", Obligation.MUST_FIX, found=error.name or "voila", expected="app"
    )
    return InputError([missing])
