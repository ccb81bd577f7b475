"""Run the benchmarks, all or those named, each in a process of its own so that memory is its own too.

What follows the name of a single one goes to it: `python -m bench cash --rules 5000`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_HERE = Path(__file__).parent
NAMES = sorted(
    {path.stem for path in _HERE.glob("[a-z]*.py") if path.stem != "common"}
    | {path.parent.name for path in _HERE.glob("[a-z]*/__main__.py")}
)


def main(asked: list[str]) -> int:
    names = [name for name in asked if name in NAMES]
    rest = [word for word in asked if word not in NAMES]
    if rest and (len(names) != 1 or asked[0] not in NAMES):
        print(f"no benchmark {', '.join(rest)}; there are: {', '.join(NAMES)}", file=sys.stderr)
        return 2
    failed = [name for name in names or NAMES if _run(name, rest)]
    return 1 if failed else 0


def _run(name: str, words: list[str]) -> int:
    return subprocess.run([sys.executable, "-m", f"bench.{name}", *words], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
