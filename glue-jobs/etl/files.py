"""Files by way of Hadoop's file systems, so that paths and `s3://` read alike."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, cast

from pyspark.sql import SparkSession


def normal(place: str) -> str:
    """A place without the scheme of local files, to compare places by."""
    for scheme in ("file://", "file:"):
        if place.startswith(scheme):
            return place[len(scheme) :]
    return place


def is_local(place: str) -> bool:
    """Whether Python can open the place itself."""
    return "://" not in place or place.startswith("file://")


class Files:
    """Reads and writes whole small files, wherever they are."""

    def __init__(self, spark: SparkSession) -> None:
        self._jvm: Any = spark.sparkContext._jvm
        self._conf: Any = spark.sparkContext._jsc.hadoopConfiguration()

    def _system(self, place: str) -> tuple[Any, Any]:
        path = self._jvm.org.apache.hadoop.fs.Path(place)
        return path.getFileSystem(self._conf), path

    def names(self, place: str) -> set[str]:
        """What Spark may call a file: encoded as a URI or not."""
        system, path = self._system(place)
        full = system.makeQualified(path)
        return {str(full.toString()), str(full.toUri().toString())}

    def read(self, place: str, offset: int = 0, length: int | None = None) -> bytes:
        """The bytes of a file, or a part of them.

        :raises FileNotFoundError: where there is none.
        """
        if is_local(place):
            with Path(normal(place)).open("rb") as file:
                file.seek(offset)
                return file.read(-1 if length is None else length)
        system, path = self._system(place)
        if not system.exists(path):
            raise FileNotFoundError(place)
        size = system.getFileStatus(path).getLen() - offset
        wanted = size if length is None else min(size, length)
        stream = system.open(path)
        try:
            stream.seek(offset)
            return bytes(
                self._jvm.org.apache.commons.io.IOUtils.toByteArray(stream, wanted)
            )
        finally:
            stream.close()

    def write(self, place: str, body: bytes) -> None:
        """Writes a file whole or not at all."""
        if is_local(place):
            target = Path(normal(place))
            target.parent.mkdir(parents=True, exist_ok=True)
            temp = target.with_name(f".{target.name}.tmp")
            temp.write_bytes(body)
            temp.replace(target)
            return
        system, path = self._system(place)
        stream = system.create(path, True)
        stream.write(bytearray(body))
        stream.close()

    def upload(self, local: str, place: str) -> None:
        """Moves a file of this machine to a place."""
        if is_local(place):
            target = Path(normal(place))
            target.parent.mkdir(parents=True, exist_ok=True)
            temp = target.with_name(f".{target.name}.tmp")
            shutil.move(local, temp)
            temp.replace(target)
            return
        system, path = self._system(place)
        source = self._jvm.org.apache.hadoop.fs.Path(f"file://{local}")
        system.copyFromLocalFile(True, True, source, path)

    def remove(self, place: str) -> None:
        """Removes a file or a folder with all below it, if it is there."""
        system, path = self._system(place)
        system.delete(path, True)

    def sizes(self, folder: str, suffix: str) -> dict[str, int]:
        """The files of a folder that end in `suffix`, sorted, with their bytes."""
        system, path = self._system(folder)
        if not system.exists(path):
            return {}
        found = [(s.getPath().getName(), s.getLen()) for s in system.listStatus(path)]
        return {
            cast(str, n): cast(int, b) for n, b in sorted(found) if n.endswith(suffix)
        }
