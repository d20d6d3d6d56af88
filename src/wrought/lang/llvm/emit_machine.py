"""Ops that touch the machine itself; what each does is decided by target.

Device access in the host process goes through the engine's hooks, so that a Python model can
stand for the device.
"""

from __future__ import annotations

from ..ir.model import Ins
from ..ir.types import size_align
from . import machine_a64, machine_x64
from .context import FunctionContext, ir_type_of
from .emit_int import Emitter
from .text import llvm_type

MMIO_READ_HOOK = "__wrought_mmio_read"
"""`i64 (ptr address, i32 bytes)`: the value, zero-extended."""
MMIO_WRITE_HOOK = "__wrought_mmio_write"
"""`void (ptr address, i32 bytes, i64 value)`."""


def _machine(name: str) -> Emitter:
    a64, x64 = getattr(machine_a64, name), getattr(machine_x64, name)
    def emit(f: FunctionContext, ins: Ins) -> None:
        (a64 if f.target.arch == "a64" else x64)(f, ins)
    return emit


def _mmio_read(f: FunctionContext, ins: Ins) -> None:
    if not f.target.in_process:
        (machine_a64 if f.target.arch == "a64" else machine_x64).mmio_read(f, ins)
        return
    at = f.module.declare(MMIO_READ_HOOK, "i64", "ptr, i32")
    wide = f.let(f"call i64 {at}(ptr {f.ref(ins.args[0])}, i32 {size_align(ins.type)[0]})")
    if ins.type == "i64":
        f.alias(ins, wide)
    else:
        f.result(ins, f"trunc i64 {wide} to {llvm_type(ins.type)}")


def _mmio_write(f: FunctionContext, ins: Ins) -> None:
    if not f.target.in_process:
        (machine_a64 if f.target.arch == "a64" else machine_x64).mmio_write(f, ins)
        return
    value, p = ins.args
    t = ir_type_of(value)
    wide = f.ref(value) if t == "i64" else f.let(f"zext {f.typed(value)} to i64")
    at = f.module.declare(MMIO_WRITE_HOOK, "void", "ptr, i32, i64")
    f.out(f"call void {at}(ptr {f.ref(p)}, i32 {size_align(t)[0]}, i64 {wide})")


def _percpu(f: FunctionContext, ins: Ins) -> None:
    if f.target.hosted:
        f.alias(ins, f.ref(ins.args[0]))
    else:
        machine_a64.percpu(f, ins)


def _read_sp(f: FunctionContext, ins: Ins) -> None:
    register = "sp" if f.target.arch == "a64" else "rsp"
    at = f.module.declare("llvm.read_register.i64", "i64", "metadata")
    node = f.module.node('!{!"' + register + '"}')
    f.result(ins, f"call i64 {at}(metadata {node})")


def _return_address(f: FunctionContext, ins: Ins) -> None:
    at = f.module.declare("llvm.returnaddress", "ptr", "i32 immarg")
    f.result(ins, f"ptrtoint ptr {f.let(f'call ptr {at}(i32 0)')} to i64")


EMITTERS: dict[str, Emitter] = {
    **{name: _machine(name) for name in ("sysread", "syswrite", "sysop", "smccc")},
    "mmio_read": _mmio_read, "mmio_write": _mmio_write, "percpu": _percpu,
    "read_sp": _read_sp, "return_address": _return_address,
}
