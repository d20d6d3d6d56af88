"""C functions, called straight from Python."""

from __future__ import annotations

import pytest

from wrought.lang.build.errors import BuildError
from wrought.lang.core.function import extern
from wrought.lang.core.scalars import Ptr, i32, u8, u64


@extern
def strlen(s: Ptr[u8]) -> u64:
    """Length of a C string."""


@extern
def toupper(c: i32) -> i32:
    """Upper case of a letter."""


@extern
def no_such_function_anywhere() -> i32:
    """Missing."""


@extern(variadic=True)
def printf(text: Ptr[u8]) -> i32:
    """Variadic."""


def test_calls() -> None:
    assert strlen(b"four") == 4
    assert toupper(ord("q")) == ord("Q")


def test_missing() -> None:
    with pytest.raises(BuildError, match="has a function 'no_such_function"):
        no_such_function_anywhere()


def test_variadic() -> None:
    with pytest.raises(BuildError, match="variable number of arguments"):
        printf(b"x")
