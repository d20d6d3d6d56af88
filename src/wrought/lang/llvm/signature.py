"""Calling conventions, parameter attributes and prototypes."""

from __future__ import annotations

from ..ir.model import AsmFunction, Function, Module
from ..ir.types import IrType
from .text import llvm_type, symbol

CONVENTIONS = {"c": "", "handler": "preserve_nonecc "}
"""IR calling convention to LLVM's keyword (with a blank after it)."""

EXTENSIONS = ("zeroext", "signext")
"""How a caller fills the upper bits of a small integer's register."""

_SMALL = ("i1", "i8", "i16")


def param_attrs(attrs: tuple[str, ...], t: IrType, boundary: bool) -> str:
    """Parameter attributes as LLVM writes them, with a blank before each.

    At a `boundary` with other languages an i1 is always a zero-extended C `_Bool`.
    """
    words = [a for a in attrs if a not in ("zeroext", "signext") or t in (*_SMALL, "i32")]
    if boundary and t == "i1" and "zeroext" not in words:
        words.append("zeroext")
    return "".join([" " + w for w in words])


def is_boundary(fn: Function | AsmFunction) -> bool:
    """True where code of another language may be on the other side of the call."""
    return fn.cc == "c" and fn.linkage != "internal"


def return_attr(module: Module, fn: Function | AsmFunction) -> str:
    """`zeroext ` or `signext ` for a small integer that crosses a boundary, else empty."""
    if fn.ret not in _SMALL or not is_boundary(fn):
        return ""
    key = fn.ret_dtype if isinstance(fn, Function) else ""
    dtype = module.dtypes.get(key)
    while dtype is not None and dtype.kind in ("typedef", "enum"):
        dtype = module.dtypes.get(dtype.of)
    return "signext " if dtype is not None and dtype.encoding == "signed" else "zeroext "


def prototype(module: Module, fn: Function | AsmFunction, named: bool) -> str:
    """`i64 @name(i32 %p0, …)` with convention and attributes, as `define` and `declare` need."""
    boundary = is_boundary(fn)
    # A definition does not rely on its callers for the upper bits of small integers: pointers to
    # it are called without knowing their signs.
    outside = isinstance(fn, Function) and not fn.blocks
    params = [llvm_type(p.type) + param_attrs(
        p.attrs if outside else tuple(a for a in p.attrs if a not in EXTENSIONS), p.type,
        boundary and outside) + (f" %p{i}" if named else "") for i, p in enumerate(fn.params)]
    if isinstance(fn, Function) and fn.variadic:
        params.append("...")
    return (f"{CONVENTIONS[fn.cc]}{return_attr(module, fn)}{llvm_type(fn.ret)} "
            f"{symbol(fn.name)}({', '.join(params)})")


def function_type(ret: IrType, params: tuple[IrType, ...], variadic: bool) -> str:
    """What stands before the callee in a call: a full type for variadic ones."""
    if not variadic:
        return llvm_type(ret)
    return f"{llvm_type(ret)} ({', '.join([*map(llvm_type, params), '...'])})"
