"""What a test tells of a variable, and when it tells nothing."""

from __future__ import annotations

import pytest

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Ptr, u64
from wrought.lang.diag import CompileError


@struct
class Node:
    """A list."""

    value: u64
    next: Ptr[Node] | None


@fn
def clear(p: Ptr[Ptr[Node] | None]) -> None:
    """Make a pointer null behind its owner's back."""
    p[0] = None


@fn
def cleared_after_test(n: Ptr[Node]) -> u64:
    """The test does not hold any more at the use."""
    p: Ptr[Node] | None = n
    if p is not None:
        clear(addr_of(p))
        return p.value
    return 0


@fn
def copied(n: Ptr[Node]) -> u64:
    """A copy whose address nobody has keeps what was tested."""
    p: Ptr[Node] | None = n
    clear(addr_of(p))
    q = p
    return q.value if q is not None else 99


def test_a_shared_variable_is_never_narrowed() -> None:
    with pytest.raises(CompileError) as caught:
        cleared_after_test(Node(value=1))
    (error,) = caught.value.diagnostics
    assert (error.code, error.pointed) == ("P01", "p")


def test_copy() -> None:
    assert copied(Node(value=1)) == 99
