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

#: The driver that a deploy brings along; `test.sh` fetches it.
DRIVER = next(
    iter(sorted((ROOT / ".cache").glob("mariadb-java-client-*/*client-*.jar"))), None
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
        self.authority = self._certify("server")
        self._server = subprocess.Popen(
            [
                *(server() or "", "--no-defaults", data, f"--socket={self._socket}"),
                *(f"--port={self.port}", "--bind-address=127.0.0.1", *user),
                *(f"--ssl-cert={self._folder}/server.pem",),
                *(f"--ssl-key={self._folder}/server.key",),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        late = time.monotonic() + _LATE_SECONDS
        while self._ask("SELECT 1").returncode != 0:
            assert self._server.poll() is None, "MariaDB did not start"
            assert time.monotonic() < late, "MariaDB does not answer"
            time.sleep(0.1)

    def _certify(self, name: str) -> str:
        """Makes a certificate that signs itself. Returns it."""
        key = ["-newkey", "rsa:2048", "-nodes", "-days", "2"]
        names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
        pem, secret = self._folder / f"{name}.pem", self._folder / f"{name}.key"
        files = ["-keyout", str(secret), "-out", str(pem)]
        command = ["openssl", "req", "-x509", *key, *names, *files]
        subprocess.run(command, check=True, capture_output=True)
        secret.chmod(0o644)
        return pem.read_text("utf-8")

    def other_authority(self) -> str:
        """The certificate of one that has signed nothing of the server's."""
        return self._certify("other")

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
        """Without TLS."""
        return (
            f"jdbc:mysql://127.0.0.1:{self.port}/crime?user=root&permitMysqlScheme=true"
        )

    def close(self) -> None:
        self._server.kill()
        self._server.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
