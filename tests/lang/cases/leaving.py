"""`with`, with every way out of it; recursion."""

from __future__ import annotations

from lang.expect import gives, prints
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Array, Ptr, u8, u32, u64
from wrought.lang.core.static import static

log = static(Array[u8, 16])
used = static(u64)


@fn
def note(c: u8) -> None:
    global used
    log[used] = c
    used += 1


@struct
class Lock:
    """Writes a letter on entering and leaving."""

    name: u8

    def __enter__(self) -> u64:
        note(self.name)
        return u64(self.name)

    def __exit__(self) -> None:  # noqa: PLE0302
        note(self.name - 32)


@fn
def show() -> None:
    global used
    print(f"{log[:used]}")
    used = 0


@prints("abBA\n")
@fn
def with_nested() -> None:
    a = Lock(97)
    b = Lock(98)
    with a:
        with b as n:
            assert n == 98
    show()


@fn
def leave_by_return(x: u64) -> u64:
    a = Lock(97)
    b = Lock(98)
    with a, b:
        if x == 1:
            return used
        note(45)
    return used


@prints("abBA 2\nab-BA 5\n")
@fn
def with_return() -> None:
    """The value is computed before the exits run."""
    n = leave_by_return(1)
    print(f"{log[:used]} {n}")
    show_none()
    n = leave_by_return(0)
    print(f"{log[:used]} {n}")
    show_none()


@fn
def show_none() -> None:
    global used
    used = 0


@prints("aAaAa!A\n")
@fn
def with_break_and_continue() -> None:
    a = Lock(97)
    for i in range(u64(5)):
        with a:
            if i < 1:
                continue
            if i == 1:
                continue
            note(33)
            break
    show()


@prints("aAx\n")
@fn
def with_through_pointer() -> None:
    a = Lock(97)
    hold(a)
    note(120)
    show()


@fn
def hold(p: Lock) -> None:
    with p:
        pass


@gives(((5,), 120), ((1,), 1), ((20,), 2432902008176640000))
@fn
def recursive(n: u64) -> u64:
    return 1 if n < 2 else n * recursive(n - 1)


@gives(((7,), False), ((10,), True))
@fn
def is_even(n: u32) -> bool:
    return True if n == 0 else is_odd(n - 1)


@fn
def is_odd(n: u32) -> bool:
    return False if n == 0 else is_even(n - 1)


@fn
def countdown(p: Ptr[u64]) -> bool:
    p[0] -= 1
    return p[0] > 0
