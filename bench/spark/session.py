"""A session as `tributary run --engine spark` starts it, and nothing more.

session.py JAVA ARCHIVE FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "glue-jobs"))

from local.jvm import Jvm, java_command, settings

java, archive, folder = sys.argv[1:]
jvm = Jvm(java_command(java, "2g", archive, train=False), settings("2", folder))
jvm.session()
jvm.process.kill()
jvm.process.wait()
