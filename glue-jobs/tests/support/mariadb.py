"""A MariaDB of its own on a free port of loopback, for one run of the tests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from support.running import ROOT

#: The driver that Glue carries for `jdbc:mysql:`; `test.sh` fetches it.
DRIVER = next(
    iter(sorted((ROOT / ".cache" / "jdbc").rglob("mysql-connector*.jar"))), None
)
_LATE_SECONDS = 90


def server() -> str | None:
    """The server's program, where the machine has it."""
    return shutil.which("mariadbd", path=f"{os.environ['PATH']}:/usr/sbin")


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


class Mariadb:
    """The server, and statements to it by its own client."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="tributary-mariadb-"))
        self._folder.chmod(0o777)
        self._socket = self._folder / "s"
        self.port = _free_port()
        data = f"--datadir={self._folder / 'data'}"
        user = ["--user=mysql"] if os.geteuid() == 0 else []
        root = "--auth-root-authentication-method=normal"
        install = ["mariadb-install-db", "--no-defaults", data, root, "--skip-test-db"]
        subprocess.run([*install, *user], check=True, capture_output=True)
        self._server = subprocess.Popen(
            [
                *(server() or "", "--no-defaults", data, f"--socket={self._socket}"),
                *(f"--port={self.port}", "--bind-address=127.0.0.1", *user),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        late = time.monotonic() + _LATE_SECONDS
        while self._ask("SELECT 1").returncode != 0:
            assert self._server.poll() is None, "MariaDB did not start"
            assert time.monotonic() < late, "MariaDB does not answer"
            time.sleep(0.1)

    def _ask(self, sql: str) -> subprocess.CompletedProcess[str]:
        client = ["mariadb", "--no-defaults", "-uroot", "-N", "-B"]
        command = [*client, f"--socket={self._socket}", "-e", sql]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def sql(self, sql: str) -> list[list[str]]:
        """Runs statements. Returns the rows of the answer as texts."""
        asked = self._ask(sql)
        assert asked.returncode == 0, asked.stderr
        return [line.split("\t") for line in asked.stdout.splitlines()]

    @property
    def url(self) -> str:
        return f"jdbc:mysql://127.0.0.1:{self.port}/crime?user=root"

    def close(self) -> None:
        self._server.kill()
        self._server.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
