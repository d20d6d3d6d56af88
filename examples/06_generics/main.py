"""Families of code: type parameters, constants as parameters, and Python as the macro language."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import Compiled, fn
from wrought.lang.core.intrinsics import trunc, unroll
from wrought.lang.core.scalars import Array, Const, Fn, Ptr, Slice, type_param, u8, u32, u64
from wrought.lang.core.static import constant, fn_table

T = type_param("T")


@fn
def largest(values: Slice[T]) -> T:
    """One function for each element type that it is called with."""
    best = values[0]
    for v in values:
        best = max(best, v)
    return best


@fn
def both(a: Slice[u8], b: Slice[u32]) -> u64:
    """Two instances."""
    return u64(largest(a)) + u64(largest(b))


@struct(params=(T, "N"))
class Stack:
    """A generic struct: `Stack[u32, 4]`."""

    items: Array[T, N]  # noqa: F821
    used: u64

    def push(self, item: T) -> bool:
        """False when it is full."""
        if self.used == N:  # noqa: F821
            return False
        self.items[self.used] = item
        self.used += 1
        return True


Small = Stack[u32, 4]


@fn
def fill(stack: Ptr[Small]) -> u64:
    """Push until it is full."""
    while stack.push(trunc(u32, stack.used) * 10):
        pass
    return stack.used


@fn
def power(x: u64, n: Const[int]) -> u64:
    """Specialised for each exponent, its loop written out."""
    result: u64 = 1
    for _ in unroll(range(n)):
        result *= x
    return result


@fn
def cube(x: u64) -> u64:
    """An instance of power."""
    return power(x, 3)


def adder(amount: int) -> Compiled:
    """Ordinary Python that makes compiled functions."""
    @fn
    def add(x: u64) -> u64:
        return x + amount
    return add


ADDERS = fn_table(Fn[[u64], u64], [adder(n) for n in (1, 10, 100)])
SQUARES = constant(Array[u32, 8], [n * n for n in range(8)])


@fn
def through_tables(i: u64) -> u64:
    """A call through a table of functions, and a table that Python computed."""
    return ADDERS[i](u64(SQUARES[i + 5]))


if __name__ == "__main__":
    print(both(b"az", [1000, 7]))
    stack = Small()
    print(fill(stack), list(stack.items))
    print(cube(5))
    print([through_tables(i) for i in range(3)])
