"""Build each hosted target's C library once, before tests with deadlines need them.

The cross toolchain makes a target's libc at the first link (over a minute for AArch64 musl) and
keeps it in the cache.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from wrought.lang.build.cache import Cache
from wrought.lang.build.program import Program
from wrought.lang.ir.parser import parse_module
from wrought.lang.targets import TARGETS

EMPTY = """module "warm"
func @main() -> i32 linkage=export {
^entry:
  ret 0:i32
}
"""


def main() -> None:
    """Link an empty program for every hosted target."""
    cache = Cache()
    for target in (t for t in TARGETS.values() if t.hosted):
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            Program.from_ir(parse_module(EMPTY), target=target.name, cache=cache).build(
                Path(folder) / "empty")
        if time.monotonic() - began > 3:
            print(f"C library for {target.name}: {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
