"""A real server of the app, on a free port, with a workspace of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WATCH = Path(__file__).parent / "watch"

#: Seconds a server may take to answer, on two busy cores.
PATIENCE = 90


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """`streamlit run app.py`, as `make app` starts it; can be stopped and started again on the same workspace."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.outgoing = folder / "outgoing.log"
        self.output = folder / "server.log"
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Address of the app."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Server:
        """Start it and wait until it says that it is healthy."""
        self.folder.mkdir(parents=True, exist_ok=True)
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("STREAMLIT_")},
            "CXANALYSIS_HOME": str(self.home),
            "CXANALYSIS_WATCH": str(self.outgoing),
            "PYTHONPATH": os.pathsep.join([str(WATCH), *filter(None, [os.environ.get("PYTHONPATH")])]),
        }
        command = [
            sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true",
            "--server.address", "127.0.0.1", "--server.port", str(self.port),
        ]  # fmt: skip
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        self._wait()
        return self

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self._process is None or self._process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2) as answer:
                    if answer.read() == b"ok":
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        log = self.log()
        self.stop()
        raise RuntimeError(f"the server did not come up:\n{log}")

    def stop(self) -> None:
        """End it as Ctrl+C would; kill it if it does not listen."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def restart(self) -> None:
        """Stop and start on the same port and workspace."""
        self.stop()
        self.start()

    def log(self) -> str:
        """What the server has printed."""
        return self.output.read_text(encoding="utf-8", errors="replace") if self.output.exists() else ""

    def reached_for(self) -> str:
        """Hosts other than this machine that the server tried to reach."""
        return self.outgoing.read_text(encoding="utf-8") if self.outgoing.exists() else ""
