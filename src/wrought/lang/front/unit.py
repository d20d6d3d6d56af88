"""One compilation: from root functions to a checked IR module."""

from __future__ import annotations

import ast
import gc
from collections.abc import Generator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any

from wrought.lang.core import types as t
from wrought.lang.core.function import Compiled
from wrought.lang.core.static import Static
from wrought.lang.diag import CompileError, Diagnostic
from wrought.lang.ir import model as m
from wrought.lang.ir.types import IrType
from wrought.lang.source import Span
from wrought.lang.targets import Target

from .declare import declare, extension
from .dtypes import describe
from .instance import Instance, Signature, make_signature
from .memo import Memo, Record
from .report import Fault, diagnostic, fault, name_in
from .statics import make_global
from .symbols import Symbols

INSTANCE_LIMIT = 2000
"""Instances of one generic function before it is taken for endless."""


class Unit:
    """Lowers functions as they are found to be called, and collects their errors."""

    def __init__(self, name: str, target: Target, symbols: Symbols | None = None,
                 loaded: set[str] | None = None, keep_types: bool = False,
                 memo_folder: Path | None = None) -> None:
        self.target, self.symbols = target, symbols or Symbols()
        self.module = m.Module(name, recursive_ok=target.hosted)
        self.loaded = loaded if loaded is not None else set[str]()
        """Symbols that an earlier unit of the same process defined."""
        self.keep_types = keep_types
        self.console: Compiled | None = None
        """What `print` calls on bare metal, with a Slice[u8]."""
        self.listing: list[tuple[Instance, list[tuple[ast.AST, str]]]] = []
        self.tables: dict[int, Static] = {}
        self.keep_alive: list[Any] = []
        self.diagnostics: list[Diagnostic] = []
        self._signatures: dict[int, Signature] = {}
        self._instances: dict[tuple[int, tuple[tuple[str, Any], ...]], Instance] = {}
        self._counts: dict[int, int] = {}
        self._queue: list[Instance] = []
        self._strings: dict[bytes, str] = {}
        self._dtypes: dict[t.Type, str] = {}
        self._alive: list[Any] = []
        self.recording: Record | None = None
        """What the function being lowered asks for, when it is to be cached."""
        self.memo = Memo(self, memo_folder) if memo_folder is not None else None

    # what lowering asks for

    def signature(self, f: Compiled) -> Signature:
        """The function's signature; Fault where an annotation is wrong."""
        found = self._signatures.get(id(f))
        if found is None:
            try:
                found = make_signature(f, f.env)
            except OSError:
                span = Span(f.file, f.first_line, 0, f.first_line, 1)
                raise Fault(diagnostic("X02", span, name=f.title)) from None
            except SyntaxError as e:
                span = Span(f.file, e.lineno or 1, 0, e.lineno or 1, 1)
                raise Fault(diagnostic("X03", span, why=e.msg)) from None
            self._signatures[id(f)] = found
            self._alive.append(f)
        return found

    def instance(self, f: Compiled, bindings: tuple[tuple[str, Any], ...],
                 low: Any = None, node: ast.AST | None = None) -> Instance:
        """The instance of `f` with these bindings, queued for lowering when it is new."""
        key = (id(f), bindings)
        found = self._instances.get(key)
        if self.recording is not None:
            self.recording.callees.append(self.symbols.of(f))
        if found is None:
            found = self._instances[key] = self._new_instance(f, bindings, low, node)
            self._queue.append(found)
        return found

    def _new_instance(self, f: Compiled, bindings: tuple[tuple[str, Any], ...], low: Any,
                      node: ast.AST | None) -> Instance:
        from .lower.generic import shown, substitute

        sig, env, symbol = self.signature(f), f.env, self.symbols.of(f)
        if bindings:
            n = self._counts[id(f)] = self._counts.get(id(f), 0) + 1
            if n > INSTANCE_LIMIT and low is not None and node is not None:
                raise low.fault("K06", node, name=f.name, count=n)
            found = dict(bindings)
            env = env.with_names(found)
            params = [p for p in sig.params if not isinstance(p.type, t.ConstType)]
            sig = Signature(sig.name, [
                type(p)(p.name, substitute(p.type, found), p.node, p.default) for p in params],
                substitute(sig.ret, found), sig.cc, sig.span)
            symbol = f"{symbol}<{shown(bindings)}>"
        unsafe = "unsafe" in f.options or f.kind == "handler"
        return Instance(f, symbol, sig, env, bindings, unsafe)

    def pointer_type(self, f: Compiled) -> t.FnType:
        """The type of a pointer to `f`."""
        sig = self.signature(f)
        return t.fn_type(tuple(p.type for p in sig.params), sig.ret, sig.cc)

    def function_value(self, f: Compiled) -> m.Sym:
        """The address of `f`."""
        return m.Sym(self.instance(f, ()).symbol)

    def ir_signature(self, ty: t.FnType) -> tuple[IrType, tuple[IrType, ...]]:
        """A function pointer's IR signature, with the hidden result address if it has one."""
        ret, params = self._shape(ty.ret, list(ty.params))
        return ret, tuple(params)

    def extensions(self, ty: t.FnType) -> tuple[str, ...]:
        """How C expects each small integer argument of a pointer's function."""
        hidden = ty.ret.ir is None and not t.in_registers(ty.ret)
        return (*([""] if hidden else []), *(extension(p) for p in ty.params))

    def _shape(self, ret: t.Type, params: list[t.Type]) -> tuple[IrType, list[IrType]]:
        irs = [t.value_ir(p) for p in params]
        if ret.ir is None and not t.in_registers(ret):
            return "void", ["ptr", *irs]
        return t.value_ir(ret), irs

    def static_symbol(self, s: Static) -> m.Sym:
        """The address of a module-level variable."""
        name = self.symbols.of(s)
        if self.recording is not None:
            self.recording.statics.append(name)
        if name not in self.module.globals:
            self.module.globals[name] = m.Global(name, 0, 1)
            self.module.globals[name] = make_global(self, s, name)
        return m.Sym(name)

    def bytes_constant(self, data: bytes) -> m.Sym:
        """Constant bytes, with a NUL after them."""
        name = self._strings.get(data)
        if self.recording is not None:
            self.recording.strings.append(data)
        if name is None:
            name = self._strings[data] = "str." + blake2b(data, digest_size=9).hexdigest()
            self.module.globals[name] = m.Global(name, len(data) + 1, 1, data + b"\0", const=True)
        return m.Sym(name)

    def dtype(self, ty: t.Type) -> str:
        """The key under which a debugger finds `ty`."""
        found = self._dtypes.get(ty)
        if found is None:
            found = self._dtypes[ty] = describe(ty, self.module.dtypes)
        return found

    def runtime(self, name: str, params: tuple[IrType, ...], ret: IrType) -> None:
        """Declare a function of the runtime."""
        if self.recording is not None:
            self.recording.runtime.append((name, params, ret))
        if name not in self.module.functions:
            self.module.functions[name] = m.Function(
                name, [m.Param(f"a{i}", p) for i, p in enumerate(params)], ret, linkage="extern",
                title=name)

    # the driver

    def root(self, f: Compiled) -> str:
        """Compile `f` and all that it needs; its symbol."""
        try:
            if self.signature(f).generic:
                raise fault("C16", f.source(), name_in(f.node()))
            return self.instance(f, ()).symbol
        except Fault as e:
            self.diagnostics.append(e.diagnostic)
            return ""

    def finish(self) -> m.Module:
        """Lower everything queued; CompileError with all errors if there were any."""
        with _no_collection():
            self._lower_all()
        self.module.dtypes = dict(sorted(self.module.dtypes.items()))
        found = _unique([d for d in self.diagnostics if d.code])
        if found:
            raise CompileError(found)
        if self.memo is not None:
            self.memo.save()
        return self.module

    def _lower_all(self) -> None:
        while self._queue:
            inst = self._queue.pop(0)
            try:
                if inst.symbol in self.loaded and inst.compiled.kind != "extern":
                    declare(self, inst)
                else:
                    self._lower(inst)
            except Fault as e:
                self.diagnostics.append(e.diagnostic)
            except CompileError as e:
                self.diagnostics.extend(e.diagnostics)

    def _lower(self, inst: Instance) -> None:
        """Lower one instance, or take it from the cache."""
        from .function import lower_function

        key = self.memo.key(inst) if self.memo is not None else ""
        if self.memo is None or not key:
            lower_function(self, inst)
            return
        if self.memo.load(inst, key):
            return
        errors = len(self.diagnostics)
        self.recording = record = Record()
        try:
            lower_function(self, inst)
        finally:
            self.recording = None
        if len(self.diagnostics) == errors:
            self.memo.keep(inst, key, record)


@contextmanager
def _no_collection() -> Generator[None, None, None]:
    """Syntax trees and IR stay, so looking through them for garbage is time lost."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _unique(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    seen: set[tuple[Any, ...]] = set()
    out: list[Diagnostic] = []
    for d in sorted(diagnostics, key=lambda d: (d.span.file, d.span.line, d.span.col)):
        key = (d.code, d.message, d.span)
        if key not in seen:
            seen.add(key)
            out.append(d)
    return out
