"""The versions that programs see."""

from __future__ import annotations

VERSION = b"Wrought Lua 1.0 (Lua 5.1, LuaJIT 2.1 compatible)"
"""What -v prints."""

JIT_VERSION = b"LuaJIT 2.1.0-beta3"
"""`jit.version`: of the release whose behaviour is kept, for programs that look at it."""

JIT_VERSION_NUMBER = 20100
