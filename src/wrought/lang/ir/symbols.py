"""Symbols with a meaning of their own to the compiler's parts."""

from __future__ import annotations

PANIC = "__wrought_panic"
"""What a `panic` calls: (record, i64, i64), never returns.  A program may define it."""

TRY = "__wrought_try"
"""Assembler function (frame ptr, function ptr, argument ptr) -> i32: calls function(argument);
0 when it returns, or the code that `THROW` gives for the same frame."""

THROW = "__wrought_throw"
"""Assembler function (frame ptr, i32 code): ends every call down to the `TRY` with that frame."""
