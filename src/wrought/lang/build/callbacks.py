"""Python called from compiled code: functions, and models of device registers."""

from __future__ import annotations

import ctypes
import struct
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..ir.types import IrType
from . import marshal

NATIVE_CALLBACK: Any = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)
"""`i32 (ptr buffer)`: 0, or 1 when an exception is pending."""

_WORDS = struct.Struct("<4Q")


class Pending(threading.local):
    """The exception that is on its way through compiled code, for each thread."""

    error: BaseException | None = None

    def take(self) -> BaseException:
        """The exception, which is then no longer pending."""
        error, self.error = self.error, None
        assert error is not None
        return error


pending = Pending()


class Callback:
    """A Python function that compiled code can call at `address`, while this object lives.

    Arguments and result are canonical, as for `HostEngine.function`.  An exception leaves the
    compiled code and appears in the Python code that called it.
    """

    def __init__(self, fn: Callable[..., Any], params: Sequence[IrType], ret: IrType) -> None:
        self.address = 0
        self._fn = fn
        self._params = tuple(params)
        self._ret = ret
        self._unpack = struct.Struct("<" + marshal.codes(params))
        self._pack = marshal.packer([ret], "", "") if ret != "void" else None
        self.native = NATIVE_CALLBACK(self._run)

    def _run(self, buffer: int) -> int:
        try:
            items = iter(self._unpack.unpack(ctypes.string_at(buffer, self._unpack.size)))
            result = self._fn(*[marshal.rebuild(t, items) for t in self._params])
            if self._pack:
                data = self._pack(result)
                ctypes.memmove(buffer + self._unpack.size, data, len(data))
            return 0
        except BaseException as error:  # it goes on in the Python caller
            pending.error = error
            return 1


@dataclass(eq=False, slots=True)
class MmioWindow:
    """A range of addresses that a Python model serves."""

    base: int
    size: int
    read: Callable[[int, int], int]
    write: Callable[[int, int, int], None]


class MmioWindows:
    """The registered windows, and the hook that compiled code asks."""

    def __init__(self) -> None:
        self._windows: list[MmioWindow] = []
        self.native = NATIVE_CALLBACK(self._run)

    def hull(self) -> tuple[int, int]:
        """The least range that holds all windows: only accesses in it call Python."""
        if not self._windows:
            return 0, 0
        return (min(w.base for w in self._windows), max(w.base + w.size for w in self._windows))

    def add(self, window: MmioWindow) -> None:
        """Register a window.  Raises `ValueError` if it overlaps another."""
        for other in self._windows:
            if window.base < other.base + other.size and other.base < window.base + window.size:
                raise ValueError(f"device window {window.base:#x} (+{window.size:#x}) overlaps "
                                 f"the one at {other.base:#x} (+{other.size:#x})")
        self._windows.append(window)

    def remove(self, window: MmioWindow) -> None:
        """Forget a window."""
        self._windows.remove(window)

    def _run(self, buffer: int) -> int:
        try:
            address, size, value, is_write = _WORDS.unpack(ctypes.string_at(buffer, _WORDS.size))
            for w in self._windows:
                offset = address - w.base
                if 0 <= offset < w.size:
                    if is_write:
                        w.write(offset, size, value)
                    else:
                        value = w.read(offset, size) & (1 << 8 * size) - 1
                    answer = _WORDS.pack(address, 0, value, is_write)
                    ctypes.memmove(buffer, answer, _WORDS.size)
                    break
            return 0
        except BaseException as error:  # it goes on in the Python caller
            pending.error = error
            return 1
