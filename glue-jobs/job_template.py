"""The only Spark job: runs a pipeline's plan, and tells who waits how it went.

See `README.md` beside it for the arguments and for what it leaves.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from etl.main import main, run_job

__all__ = ["run_job"]

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
