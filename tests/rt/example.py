"""The modules of `examples/40_driver_and_tables`, which these tests drive."""

from __future__ import annotations

import sys
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "examples" / "40_driver_and_tables"
sys.path.insert(0, str(FOLDER))
try:
    import changes
    import driver
    import model
    import registers
    import rights
    import translation
finally:
    sys.path.remove(str(FOLDER))

__all__ = ["changes", "driver", "model", "registers", "rights", "translation"]
