"""Fingerprints of what a function's code depends on, for the cache of lowered functions.

Two runs in which every name that a function mentions has the same fingerprint lower it to the
same IR.  What has no fingerprint makes the function uncacheable, never wrongly cached.
"""

from __future__ import annotations

import ast
import enum
import types as python
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wrought.lang.core import types as t
from wrought.lang.core.decl import BitfieldType, EnumType, EnumValue, StructType, VariantType
from wrought.lang.core.env import MISSING
from wrought.lang.core.function import Compiled
from wrought.lang.core.intrinsics import Intrinsic
from wrought.lang.core.scalars import Former
from wrought.lang.core.static import FnTable, Static
from wrought.lang.core.sysreg import Register
from wrought.lang.core.target import TargetFacts

from .values import is_tuple

if TYPE_CHECKING:
    from .instance import Instance
    from .unit import Unit


class Uncacheable(Exception):
    """Something has no fingerprint."""


@lru_cache(maxsize=1)
def compiler_digest() -> str:
    """A digest of the compiler's own sources."""
    h = blake2b(digest_size=16)
    lang = Path(__file__).resolve().parent.parent
    for part in ("core", "front", "ir"):
        for path in sorted((lang / part).rglob("*.py")):
            h.update(path.read_bytes())
    for path in sorted((lang.parent / "isa").rglob("*.py")):
        h.update(path.read_bytes())
    return h.hexdigest()


class Fingerprints:
    """Fingerprints within one unit, each object's worked out once."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.done: dict[int, str] = {}
        self.busy: dict[int, str] = {}
        self.base = f"{compiler_digest()} {unit.target.name} {unit.keep_types}"

    def key(self, inst: Instance) -> str:
        """The cache key of an instance; Uncacheable when it has none."""
        f = inst.compiled
        if inst.bindings or f.kind not in ("fn", "handler"):
            raise Uncacheable
        source, node = f.source(), f.node()
        first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
        text = "\n".join(source.lines[first - 1:node.end_lineno])
        h = blake2b(digest_size=20)
        for part in (self.base, inst.symbol, f.file, text, self.signature(f)):
            h.update(part.encode())
            h.update(b"\0")
        for name, obj in self.outside(inst, node):
            h.update(f"{name}={self.of(obj)}\0".encode())
        return h.hexdigest()

    def outside(self, inst: Instance, node: ast.FunctionDef) -> list[tuple[str, Any]]:
        """What the names of the function mean, attributes of modules included."""
        found: dict[str, Any] = {}
        parts = [node.args, *node.body, *([node.returns] if node.returns else [])]
        for x in (x for part in parts for x in ast.walk(part)):
            if isinstance(x, ast.Name):
                found.setdefault(x.id, inst.env.lookup(x.id))
            elif isinstance(x, ast.Attribute) and isinstance(x.value, ast.Name):
                base = inst.env.lookup(x.value.id)
                if isinstance(base, python.ModuleType):
                    found[f"{x.value.id}.{x.attr}"] = getattr(base, x.attr, MISSING)
            elif isinstance(x, ast.Constant) and isinstance(x.value, str) and (
                    x.value.isidentifier()):
                found.setdefault(x.value, inst.env.lookup(x.value))
        return sorted(found.items())

    def of(self, obj: Any) -> str:
        """The fingerprint of one object."""
        if obj is None or isinstance(obj, bool | int | float | str | bytes) and not isinstance(
                obj, EnumValue):
            return f"{type(obj).__name__}:{obj!r}"
        known = self.done.get(id(obj)) or self.busy.get(id(obj))
        if known is None:
            self.busy[id(obj)] = f"<{getattr(obj, 'name', '')}>"
            try:
                known = self._make(obj)
            finally:
                del self.busy[id(obj)]
            if not self.busy:
                self.done[id(obj)] = known
                self.unit.keep_alive.append(obj)
        return known

    def _make(self, obj: Any) -> str:
        if obj is MISSING:
            return "missing"
        if isinstance(obj, t.Type):
            return self._type(obj)
        if isinstance(obj, EnumValue):
            return f"{self.of(obj.type)}.{obj.name}"
        if isinstance(obj, Compiled):
            if "comptime" in obj.options:
                raise Uncacheable
            return self.signature(obj)
        if isinstance(obj, FnTable):
            raise Uncacheable
        if isinstance(obj, Static):
            symbol = self.unit.symbols.of(obj)
            return f"static {symbol} {self.of(obj.type)} {obj.const} {obj.percpu}"
        if isinstance(obj, Intrinsic | Former | Register):
            return f"{type(obj).__name__} {obj.name}"
        if isinstance(obj, TargetFacts):
            return "target"
        if is_tuple(obj):
            return "(" + ",".join(self.of(x) for x in obj) + ")"
        if isinstance(obj, enum.Enum | python.ModuleType):
            return f"{type(obj).__name__} {getattr(obj, '__name__', obj)}"
        if isinstance(obj, type) and (obj.__module__ == "builtins" or issubclass(obj, enum.Enum)):
            return f"class {obj.__module__}.{obj.__name__}"
        if isinstance(obj, python.BuiltinFunctionType):
            return f"builtin {obj.__name__}"
        raise Uncacheable

    def signature(self, f: Compiled) -> str:
        """What callers depend on: parameters, result, options; never the body."""
        sig = self.unit.signature(f)
        if sig.generic:
            raise Uncacheable
        params = ",".join(f"{p.name}:{self.of(p.type)}={self._default(p.default)}"
                          for p in sig.params)
        options = sorted((k, repr(v)) for k, v in f.options.items())
        return f"{self.unit.symbols.of(f)}({params})->{self.of(sig.ret)} {sig.cc} {options}"

    def _default(self, value: Any) -> str:
        from .layout import NO_DEFAULT

        return "-" if value is NO_DEFAULT else self.of(value)

    def _type(self, ty: t.Type) -> str:
        if isinstance(ty, BitfieldType):
            fields = ",".join(f"{f.name}:{self.of(f.type)}[{f.hi}:{f.lo}]"
                              for f in ty.fields.values())
            methods = self._methods(ty) if "methods" in ty.__dict__ else ""
            return f"bits {ty.name} {ty.base.name} {fields} {methods}"
        if isinstance(ty, StructType):
            if ty.params:
                raise Uncacheable
            fields = ",".join(f"{f.name}:{self.of(f.type)}@{f.offset}={self._default(f.default)}"
                              for f in ty.fields.values())
            return (f"{ty.kind} {ty.module}.{ty.name} {ty.size} {ty.align} {fields} "
                    f"{self._methods(ty)}")
        if isinstance(ty, VariantType):
            members = ",".join(f"{n}:{self.of(p)}" for n, (_, p) in ty.layout().members.items())
            return f"variant {ty.module}.{ty.name} {members} {self._methods(ty)}"
        if isinstance(ty, EnumType):
            members = ",".join(f"{m.name}={int(m)}" for m in ty)
            return f"enum {ty.module}.{ty.name} {ty.base.name} {members} {self._methods(ty)}"
        inner = [getattr(ty, n) for n in ("to", "elem", "base", "ret") if n in ty.__dict__]
        inner += [*ty.__dict__.get("params", ()), *ty.__dict__.get("elems", ())]
        return f"{ty.name}<{','.join(self.of(x) for x in inner)}>"

    def _methods(self, ty: Any) -> str:
        return ";".join(self.signature(m) for m in ty.methods.values()
                        if isinstance(m, Compiled) and not self.unit.signature(m).generic)
