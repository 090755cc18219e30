"""This package on the executors, for the records that Python takes apart."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import zipfile
from pathlib import Path
from threading import Lock

from pyspark import SparkContext

_lock = Lock()
_shipped: set[str] = set()


def ship(context: SparkContext) -> None:
    """Gives executors this package; under Glue they have it as an extra file."""
    package = Path(__file__).resolve().parent
    with _lock:
        if not package.is_dir() or context.applicationId in _shipped:
            return
        folder = tempfile.mkdtemp(prefix="tributary-etl-")
        # Executors fetch it when their first task begins.
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        archive = Path(folder) / "tributary_etl.zip"
        with zipfile.ZipFile(archive, "w") as out:
            for file in sorted(package.rglob("*.py")):
                out.write(file, file.relative_to(package.parent))
        context.addPyFile(str(archive))
        _shipped.add(context.applicationId)
