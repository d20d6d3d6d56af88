"""What calls from Python refuse: the quick way for unsigned integers is as strict as any."""

from __future__ import annotations

import pytest

from wrought.lang.core.function import fn
from wrought.lang.core.scalars import u8, u64


@fn
def wide(a: u64, b: u64) -> u64:
    """Parameters that fill their words."""
    return a + b


@fn
def narrow(a: u64, b: u8) -> u64:
    """One that does not."""
    return a + b


@pytest.mark.parametrize("f", [wide, narrow])
def test_refused(f: object) -> None:
    assert callable(f)
    assert f(3, 4) == 7
    for bad in (-1, 1 << 64):
        with pytest.raises(OverflowError, match="does not fit"):
            f(bad, 1)
    with pytest.raises(TypeError, match="an int is needed, not float"):
        f(1, 2.0)
    with pytest.raises(TypeError, match="takes 2 arguments, got 3"):
        f(1, 2, 3)


def test_narrow() -> None:
    with pytest.raises(OverflowError, match="256 does not fit"):
        narrow(1, 256)
