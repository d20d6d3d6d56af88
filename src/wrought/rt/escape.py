"""Non-local exit for error handling: leave any depth of calls at once, without C++ exceptions.

    frame = zeroed(TryFrame)
    code = try_call(addr_of(frame), work, addr_of(state))   # 0, or what throw() was given

`throw(frame, code)` may be called anywhere below `work`; `with` exits on the way are not run.
"""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.scalars import Array, u64


@struct(align=16, size=176)
class TryFrame:
    """What try_call saves: callee-saved registers, stack pointer, return address.

    It has to outlive the call; a VM keeps a chain of them.
    """

    words: Array[u64, 22]
