"""`HostEngine`: compiled code in this Python process."""

from __future__ import annotations

import ctypes
import struct
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property, lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, NoReturn

from ..ir.model import Function, Module
from ..ir.types import IrType, type_text
from ..llvm.emit import emit_module
from ..llvm.panic import RECORD_SIZE, PanicRecord, format_message
from ..targets import host
from . import host_runtime, marshal
from .cache import Cache
from .callbacks import Callback, MmioWindow, MmioWindows, pending
from .codegen import NO_COMPILER, WorkerDied, compile_in_process, has_compiler
from .errors import BuildError, Panic
from .frozen import FrozenLibrary

if TYPE_CHECKING:
    from .jit import Jit

_LIBC = ctypes.CDLL(None)


@lru_cache(maxsize=1)
def _thread_key() -> int:
    """The pthread key of every engine's chain of entries."""
    key = ctypes.c_uint32()
    if _LIBC.pthread_key_create(ctypes.byref(key), None):
        raise BuildError("this process has no thread-specific data left")
    return key.value


class HostEngine:
    """Compiles modules for this machine, loads them into this process, and calls them.

    Later modules may use the exported symbols of earlier ones, declared `extern`, and those of
    the process's libraries; also those of `frozen`, a library that needs no compiler to be
    called.  Not thread-safe while adding; calls may come from any thread.
    """

    def __init__(self, cache: Cache | None = None, frozen: FrozenLibrary | None = None) -> None:
        self.target = host()
        self.cache = cache or Cache()
        self._frozen = frozen
        self._addresses: dict[str, int] = {}
        self._functions: dict[str, Function] = {}
        self._windows = MmioWindows()
        self._callbacks: list[Callback] = []
        self._callback_counts: Counter[tuple[tuple[IrType, ...], IrType, str]] = Counter()
        self._start_runtime()

    def add(self, module: Module) -> None:
        """Compile and load a module.  Raises `BuildError`.

        One that only declares what is there already needs no compiler.
        """
        for name, fn in module.functions.items():
            if fn.blocks or name in self._addresses:
                self._functions[name] = fn
        if not has_code(module):
            return
        _require_compiler(module, self._frozen)
        text = emit_module(module, self.target, debug=False)
        try:
            data = compile_in_process(text, self.target.cpu, self.cache)
        except WorkerDied as death:
            raise self._blame(module, str(death)) from None
        defined = _exports(module)
        self._addresses.update(
            self._jit.link(module.name, data, defined, self._imports(module, defined)))

    def address(self, symbol: str) -> int:
        """Where an exported symbol lies.  Raises `BuildError` if no module defined it."""
        try:
            return self._addresses[symbol]
        except KeyError:
            raise BuildError(f"no compiled module exports '{symbol}'") from None

    def function(self, symbol: str, params: Sequence[IrType], ret: IrType, cc: str | None = None
                 ) -> Callable[..., Any]:
        """A Python callable for the compiled function.

        Integers go in and out as 0 … 2^bits-1 and pointers as addresses, aggregates as tuples.
        The callable raises `Panic` when compiled code panics, `TypeError` for arguments that do
        not fit, and whatever a Python callback below it raised.
        """
        fn = self._functions.get(symbol)
        attrs = marshal.extensions(fn) if fn else [""] * len(params)
        convention = cc or (fn.cc if fn else "c")
        return self._callable(symbol, self.address(symbol), params, ret, convention, attrs)

    def at(self, address: int, params: Sequence[IrType], ret: IrType, cc: str = "c"
           ) -> Callable[..., Any]:
        """A Python callable for whatever function lies at `address`."""
        name = f"function at {address:#x}"
        return self._callable(name, address, params, ret, cc, [""] * len(params))

    def callback(self, fn: Callable[..., Any], params: Sequence[IrType], ret: IrType,
                 cc: str = "c") -> Callback:
        """Make a Python function callable from compiled code; it lives as long as the engine."""
        callback = Callback(fn, params, ret)
        kind = (tuple(params), ret, cc)
        number = self._callback_counts[kind]
        name, text = marshal.named_callback(params, ret, cc, number)
        if name not in self._addresses:
            self._addresses.update(self._link_text(name, marshal.DECLARE_PYTHON + text,
                                                   [name, name + ".target"]))
        self._callback_counts[kind] += 1
        target = ctypes.cast(callback.native, ctypes.c_void_p)
        ctypes.c_void_p.from_address(self._addresses[name + ".target"]).value = target.value
        callback.address = self._addresses[name]
        self._callbacks.append(callback)
        return callback

    @contextmanager
    def mmio_window(self, base: int, size: int, read: Callable[[int, int], int],
                    write: Callable[[int, int, int], None]) -> Generator[None, None, None]:
        """Serve device accesses to `size` bytes at `base` by `read(offset, size)` and
        `write(offset, size, value)` (sizes in bytes) inside a `with` statement."""
        window = MmioWindow(base, size, read, write)
        self._windows.add(window)
        self._set_hull()
        try:
            yield
        finally:
            self._windows.remove(window)
            self._set_hull()

    @cached_property
    def _jit(self) -> Jit:
        from .jit import Jit

        return Jit(self.target.cpu)

    def _start_runtime(self) -> None:
        if self._frozen is not None:
            self._addresses.update(self._frozen.addresses())
        else:
            text = host_runtime.text(self.target)
            self._addresses.update(self._link_text("runtime", text, host_runtime.EXPORTS))
        ctypes.c_uint32.from_address(self._addresses["__wrought_key"]).value = _thread_key()
        hook = ctypes.cast(self._windows.native, ctypes.c_void_p)
        ctypes.c_void_p.from_address(self._addresses["__wrought_mmio_hook"]).value = hook.value
        prototype = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p)
        self._enter: Any = prototype(self._addresses["__wrought_enter"])

    def _imports(self, module: Module, defined: Sequence[str]) -> dict[str, int]:
        """Addresses of what the module declares and earlier ones, or the runtime, defined."""
        wanted = {fn.name for fn in module.functions.values() if not fn.blocks}
        wanted.update(g.name for g in module.globals.values() if g.linkage == "extern")
        wanted.update(name for fn in module.asm.values() for name in fn.calls)
        wanted.update(host_runtime.EXPORTS)
        wanted.difference_update(defined)
        known = self._addresses
        return {name: known[name] for name in sorted(wanted) if name in known}

    def _set_hull(self) -> None:
        words = (ctypes.c_uint64 * 2).from_address(self._addresses["__wrought_window"])
        words[0], words[1] = self._windows.hull()

    def _link_text(self, name: str, text: str, exports: Sequence[str]) -> dict[str, int]:
        """Compile and load helper code."""
        if not has_compiler():
            raise BuildError(f"this call needs the {name.partition('.')[0]} compiled, and "
                             f"{NO_COMPILER}")
        try:
            data = compile_in_process(text, self.target.cpu, self.cache)
        except WorkerDied as death:
            raise BuildError(f"LLVM failed on {name}: {death}") from None
        imports = {n: a for n, a in self._addresses.items() if n in text and n not in exports}
        return self._jit.link(name, data, exports, imports)

    def _callable(self, name: str, address: int, params: Sequence[IrType], ret: IrType, cc: str,
                  attrs: Sequence[str]) -> Callable[..., Any]:
        thunk = self._thunk(params, ret, cc, attrs)
        head = f"{host_runtime.HEADER_WORDS}Q"
        result_size = marshal.size([ret])
        pack = marshal.packer(params, head, f"{result_size}x")
        offset = marshal.HEADER + marshal.size(params)
        result = struct.Struct("<" + marshal.codes([ret])).unpack_from
        simple = marshal.is_simple(ret)
        enter, fail = self._enter, self._fail

        def call(*args: Any) -> Any:
            try:
                # The bytes are fresh and seen by nobody else, so the callee may write into them.
                buffer = pack(0, 0, 0, address, *args)
            except (struct.error, TypeError, ValueError) as error:
                wanted = ", ".join(map(type_text, params))
                raise TypeError(f"{name}({wanted}) cannot take {args!r}: {error}") from None
            code = enter(thunk, buffer)
            if code:
                fail(code, buffer)
            items = result(buffer, offset)
            return items[0] if simple else marshal.rebuild(ret, iter(items))

        call.__name__ = call.__qualname__ = name
        return call

    def _thunk(self, params: Sequence[IrType], ret: IrType, cc: str, attrs: Sequence[str]) -> int:
        name, text = marshal.named_thunk(params, ret, cc, attrs)
        if name not in self._addresses:
            self._addresses.update(self._link_text(name, text, [name]))
        return self._addresses[name]

    def _fail(self, code: int, buffer: bytes) -> NoReturn:
        if code == host_runtime.RAISED:
            raise pending.take()
        record, a, b = struct.unpack_from("<3Q", buffer)
        r = PanicRecord.unpack(ctypes.string_at(record, RECORD_SIZE))
        kind, msg, file, function = (ctypes.string_at(p).decode() for p in r[2:])
        file = self._frozen.source_path(file) if self._frozen else file
        raise Panic(kind, format_message(msg, a, b), file, r.line, r.col, function)

    def _blame(self, module: Module, words: str) -> BuildError:
        """Find the function that LLVM dies on, by compiling each alone."""
        for fn in module.functions.values():
            if not fn.blocks:
                continue
            text = emit_module(_only(module, fn), self.target, debug=False)
            try:
                compile_in_process(text, self.target.cpu, self.cache)
            except (WorkerDied, BuildError):
                return BuildError(f"LLVM failed on {fn.title or fn.name}: {words}", fn.file,
                                  fn.line)
        return BuildError(f"LLVM failed on module {module.name}: {words}")


def has_code(module: Module) -> bool:
    """Whether the module defines anything, as opposed to declaring what others define."""
    return bool(module.asm) or any(fn.blocks for fn in module.functions.values()) or any(
        g.linkage != "extern" for g in module.globals.values())


def _require_compiler(module: Module, frozen: FrozenLibrary | None) -> None:
    """Raise `BuildError` that names the first function of the module, where none is installed."""
    if has_compiler():
        return
    first = next(chain((fn for fn in module.functions.values() if fn.blocks),
                       module.asm.values(),
                       (g for g in module.globals.values() if g.linkage != "extern")))
    changed = frozen is not None and frozen.names(first.title, first.file)
    state = "was changed after it was precompiled" if changed else "is not precompiled"
    raise BuildError(f"{first.title or first.name} {state}, and {NO_COMPILER}", first.file,
                     first.line)


def _only(module: Module, kept: Function) -> Module:
    """The module with all functions but one reduced to declarations."""
    functions = {name: fn if fn is kept else replace(fn, linkage="extern", blocks=[], slots=[])
                 for name, fn in module.functions.items()}
    functions[kept.name] = replace(kept, linkage="export")
    return replace(module, functions=functions)


def _exports(module: Module) -> list[str]:
    """Symbols that a module defines and shows."""
    names = [fn.name for fn in module.functions.values() if fn.blocks and fn.linkage == "export"]
    names += [fn.name for fn in module.asm.values()
              if fn.linkage == "export" and fn.arch == host().arch]
    return names + [g.name for g in module.globals.values() if g.linkage == "export"]
