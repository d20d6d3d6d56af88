"""Compiled functions called from ordinary Python: one in-process image, grown as needed."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager
from typing import Any

from wrought.lang.core import types as t
from wrought.lang.core.function import Compiled
from wrought.lang.core.static import Static
from wrought.lang.front.symbols import Symbols
from wrought.lang.front.unit import Unit
from wrought.lang.ir.verifier import check_module
from wrought.lang.targets import host

from . import marshal_values as mv
from .errors import BuildError
from .frozen import FrozenLibrary, FrozenSymbols, installed
from .host import HostEngine


class HostImage:
    """What this process has compiled and loaded so far, upon a library made before or nothing."""

    def __init__(self, frozen: FrozenLibrary | None = None) -> None:
        self.engine = HostEngine(frozen=frozen)
        self.loaded: set[str] = set()
        self.symbols = FrozenSymbols(frozen, self.loaded) if frozen else Symbols()
        self.callbacks: dict[tuple[Any, t.FnType], int] = {}
        self.count = 0
        self.lock = threading.RLock()

    def unit(self) -> Unit:
        """An empty unit that sees what is already loaded."""
        self.count += 1
        return Unit(f"host{self.count}", host(), self.symbols, self.loaded)

    def load(self, unit: Unit) -> None:
        """Compile and load what the unit holds beyond what is there."""
        module = unit.finish()
        check_module(module)
        self.engine.add(module)
        self.loaded |= {n for n, f in module.functions.items() if f.blocks}
        self.loaded |= set(module.asm)
        self.loaded |= {n for n, g in module.globals.items() if g.linkage == "export"}

    def function(self, f: Compiled) -> Callable[..., Any]:
        """A Python callable that runs `f` in this process, as `host_function` says."""
        with self.lock:
            unit = self.unit()
            symbol = unit.root(f)
            self.load(unit)
            sig = unit.signature(f)
            params = [p.type for p in sig.params]
            ret, irs = unit.ir_signature(unit.pointer_type(f))
            raw = (self.engine.at(_library_address(f, symbol), irs, ret) if f.kind == "extern"
                   else self.engine.function(symbol, irs, ret, sig.cc))
            return mv.wrap(f.title, raw, [p.name for p in sig.params], params, sig.ret)

    def address(self, thing: Compiled | Static) -> int:
        """Where a function or static lies in this process."""
        with self.lock:
            unit = self.unit()
            name = (unit.static_symbol(thing).name if isinstance(thing, Static)
                    else unit.root(thing))
            if name not in self.loaded:
                self.load(unit)
            return self.engine.address(name)

    def callback(self, fn: Callable[..., Any], ty: t.FnType) -> int:
        """The native function that calls `fn`: one and the same each time it is passed."""
        key = (_identity(fn), ty)
        with self.lock:
            if key not in self.callbacks:
                ret, irs = self.unit().ir_signature(ty)

                def adapt(*args: Any) -> Any:
                    values = [mv.from_native(p, a) for p, a in zip(ty.params, args, strict=True)]
                    return mv.to_native(ty.ret, fn(*values), [], "result")
                self.callbacks[key] = self.engine.callback(adapt, irs, ret, ty.cc).address
            return self.callbacks[key]


def _library_address(f: Compiled, symbol: str) -> int:
    """Where a C function of this process's libraries lies.  Raises BuildError."""
    if f.options.get("variadic"):
        raise BuildError(f"{f.title} takes a variable number of arguments: call it from a "
                         "compiled function", f.file, f.first_line)
    found = getattr(ctypes.CDLL(None), symbol, None)
    if found is None:
        raise BuildError(f"no library of this process has a function '{symbol}'", f.file,
                         f.first_line)
    return ctypes.cast(found, ctypes.c_void_p).value or 0


def _identity(fn: object) -> Hashable:
    """What tells a callable from others: itself, or its address where it has no hash."""
    return fn if isinstance(fn, Hashable) else id(fn)


_image: HostImage | None = None
_guard = threading.Lock()


def image() -> HostImage:
    """The process's image, started at the first use."""
    global _image
    with _guard:
        if _image is None:
            _image = HostImage(installed())
        return _image


def mmio_window(base: int, size: int, read: Callable[[int, int], int],
                write: Callable[[int, int, int], None]) -> AbstractContextManager[None]:
    """Serve device accesses to `size` bytes at `base` by a Python model, inside a `with`.

    `read(offset, size)` gives a value and `write(offset, size, value)` takes one, sizes in bytes;
    what they raise comes out of the compiled call.
    """
    return image().engine.mmio_window(base, size, read, write)


def host_function(f: Compiled) -> Callable[..., Any]:
    """A Python callable that runs `f` in this process.

    Raises CompileError when it is wrong, and from the call TypeError, OverflowError or Panic.
    """
    return image().function(f)


def static_get(s: Static) -> Any:
    """The value of a static in this process."""
    return mv.read(s.type, image().address(s))


def static_set(s: Static, value: Any) -> None:
    """Write a static in this process."""
    mv.write(s.type, image().address(s), value)


def python_callback(fn: Callable[..., Any], ty: t.FnType) -> int:
    """A native address that calls the Python function `fn`; kept as long as the process."""
    return image().callback(fn, ty)
