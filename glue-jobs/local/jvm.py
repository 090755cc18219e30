"""Spark's JVM, started as it is: without the launcher's JVM before it."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from signal import Signals
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# What Spark's own launcher opens on Java 17 (JavaModuleOptions.java, 3.5).
_OPENED = (
    "java.lang",
    "java.lang.invoke",
    "java.lang.reflect",
    "java.io",
    "java.net",
    "java.nio",
    "java.util",
    "java.util.concurrent",
    "java.util.concurrent.atomic",
    "sun.nio.ch",
    "sun.nio.cs",
    "sun.security.action",
    "sun.util.calendar",
)

_FLAGS = (
    # Few threads collect garbage.
    *("-XX:+UseSerialGC", "-Xss4m", "-Xshare:auto"),
    # What Spark generates for wide tables is long, and would else be interpreted.
    "-XX:-DontCompileHugeMethods",
)
# Short jobs end before the second compiler pays.
_QUICK = ("-XX:TieredStopAtLevel=1",)
# It is for what is done for each record, and not for what only plans and starts:
# ten times the calls and rounds that it takes by default.
_LARGE = (
    "-XX:Tier4InvocationThreshold=50000",
    "-XX:Tier4MinInvocationThreshold=6000",
    "-XX:Tier4CompileThreshold=150000",
    "-XX:Tier4BackEdgeThreshold=400000",
)

_MOMENT_SECONDS = 0.5

_MAIN = "org.apache.spark.deploy.SparkSubmit"


def java_command(
    java: str,
    heap: str,
    archive: str,
    *,
    train: bool,
    is_large: bool = False,
    drivers: str = "",
) -> list[str]:
    """The command line of Spark's JVM, up to its main class.

    :param is_large: whether the input is large enough for the second compiler.
    :param drivers: jars of databases' drivers, after the others: the archive knows
        only those.
    :param archive: of the classes that Spark loads; `train` writes it at the end.
    """
    spec = find_spec("pyspark")
    if spec is None or spec.origin is None:
        raise RuntimeError("pyspark is not installed in this Python")
    jars = sorted((Path(spec.origin).parent / "jars").glob("*.jar"))
    use = "ArchiveClassesAtExit" if train else "SharedArchiveFile"
    shared = [f"-XX:{use}={archive}"] if train or Path(archive).exists() else []
    return [
        java,
        f"-Xmx{heap}",
        *_FLAGS,
        *(_LARGE if is_large else _QUICK),
        *shared,
        "-Xlog:disable",
        "-Xlog:all=error:stderr",
        *(f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in _OPENED),
        "--add-opens=java.security.jgss/sun.security.krb5=ALL-UNNAMED",
        "-Djdk.reflect.useDirectMethodHandle=false",
        "-Duser.timezone=UTC",
        "-cp",
        ":".join([*map(str, jars), *filter(None, [drivers])]),
    ]


def settings(cores: str, folder: str) -> dict[str, str]:
    """Spark's settings for one machine, which may be small and is shared."""
    return {
        "spark.master": f"local[{cores}]",
        "spark.app.name": "tributary",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "localhost",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.local.dir": folder,
        "spark.sql.warehouse.dir": f"{folder}/warehouse",
        "spark.scheduler.mode": "FAIR",
        "spark.serializer": "org.apache.spark.serializer.KryoSerializer",
        "spark.sql.shuffle.partitions": cores,
        "spark.log.level": "WARN",
    }


def _connection(stream: BinaryIO) -> tuple[int, str]:
    """Port and secret, as Spark's gateway writes them for Python."""
    port, length = struct.unpack(">ii", stream.read(8))
    return port, stream.read(length).decode()


class Jvm:
    """Spark's JVM, which ends when this process does."""

    def __init__(self, command: list[str], conf: dict[str, str]) -> None:
        self._folder = tempfile.mkdtemp(prefix="tributary-gateway-")
        self._info = Path(self._folder) / "connection"
        options = [x for k, v in conf.items() for x in ("--conf", f"{k}={v}")]
        self.process = subprocess.Popen(
            [*command, _MAIN, *options, "pyspark-shell"],
            # It goes when this pipe closes: nobody else has its other end.
            stdin=subprocess.PIPE,
            env={**os.environ, "_PYSPARK_DRIVER_CONN_INFO_PATH": str(self._info)},
        )

    def session(self) -> SparkSession:
        """Waits until the JVM listens, and starts the session.

        :raises RuntimeError: where the JVM ended instead.
        """
        # Loaded while the JVM starts.
        from pyspark.sql import SparkSession  # noqa: PLC0415

        while not self._info.exists():
            if self.process.poll() is not None:
                raise RuntimeError(f"Java ended with {self.process.returncode}")
            time.sleep(0.005)
        with self._info.open("rb") as stream:
            port, secret = _connection(stream)
        shutil.rmtree(self._folder, ignore_errors=True)
        os.environ["PYSPARK_GATEWAY_PORT"] = str(port)
        os.environ["PYSPARK_GATEWAY_SECRET"] = secret
        # Else its workers are of the first `python3`, which may have no PySpark.
        os.environ["PYSPARK_PYTHON"] = sys.executable
        session: SparkSession = SparkSession.builder.getOrCreate()
        return session

    def why_gone(self) -> str | None:
        """How the JVM ended; None where it is there after a moment."""
        try:
            code = self.process.wait(_MOMENT_SECONDS)
        except subprocess.TimeoutExpired:
            return None
        how = (
            f"was killed by {Signals(-code).name}" if code < 0 else f"ended with {code}"
        )
        return f"Spark's Java {how}"

    def close(self) -> None:
        """Lets the JVM end and waits for it."""
        if self.process.stdin:
            self.process.stdin.close()
        self.process.wait()
