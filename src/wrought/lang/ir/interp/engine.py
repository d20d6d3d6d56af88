"""The reference interpreter: what the IR means is what this does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model import AsmFunction, Function, Module
from ..symbols import THROW, TRY
from .codec import canonical
from .decode import Callee, Code, Decoder, Native
from .errors import InterpError, Throw
from .libc import LIBC
from .machine import Machine
from .memory import Memory
from .run import Run, Saved

_MAX_NESTING = 60
"""Calls from Python functions back into the interpreter, each of which takes Python stack."""


class Interpreter:
    """Runs the functions of one module, on simulated memory that keeps its state between calls.

    `externs` gives Python functions `f(interpreter, *args)` for external and assembler functions
    (they come before the small C library in `libc`), and integers as addresses of external
    globals.  `max_depth` counts frames; `max_steps` limits instructions (None: no limit).
    """

    def __init__(self, module: Module, machine: Machine | None = None,
                 externs: Mapping[str, Native | int] | None = None,
                 max_depth: int = 10_000, max_steps: int | None = None) -> None:
        self.module = module
        self.machine = machine or Machine()
        self.externs = dict(externs or {})
        self.memory = Memory()
        self.stdout = bytearray()
        """What the program wrote through `libc`."""
        self.stderr = bytearray()
        self.environ: dict[str, str] = {}
        """What the program's `getenv` finds."""
        self.heap: dict[int, int] = {}
        """Live `malloc` blocks: address -> size."""
        self.max_depth = max_depth
        self.steps_left = max_steps
        self._callees: dict[str, Callee] = {}
        self._addresses: dict[str, int] = {}
        self._names: dict[int, str] = {}
        self._stack: list[Saved] = []
        self._depth = 0
        self._nesting = 0
        self._place_globals()

    def call(self, name: str, *args: Any) -> Any:
        """Call a function; integers are taken modulo 2^n, the result is canonical (None: void)."""
        callee = self.callee(name)
        params = callee.function.params
        if len(args) != len(params):
            raise InterpError(f"@{name} takes {len(params)} arguments, got {len(args)}")
        values = [canonical(p.type, a) for p, a in zip(params, args, strict=True)]
        if self._nesting >= _MAX_NESTING:
            raise InterpError(f"stack overflow: {_MAX_NESTING} calls from Python into the program")
        self._nesting += 1
        try:
            result = self._run(callee, values)
        except Throw as thrown:
            if self._nesting > 1:
                raise
            raise InterpError(f"{thrown}, of which no {TRY} is running") from thrown
        finally:
            self._nesting -= 1
        return None if callee.function.ret == "void" else result

    def call_address(self, address: int, *args: Any) -> Any:
        """Call the function at an address, as an external function does with a callback."""
        return self.call(self.function_at(address).name, *args)

    def alloc(self, size: int, align: int = 8) -> int:
        """New zeroed memory for a test; its address."""
        return self.memory.alloc(size, align, "test memory")

    def free(self, address: int) -> None:
        """End what `alloc` began."""
        self.memory.free(address)

    def read(self, address: int, size: int) -> bytes:
        """Bytes of simulated memory."""
        return self.memory.read(address, size)

    def write(self, address: int, data: bytes) -> None:
        """Set bytes of simulated memory."""
        self.memory.write(address, data)

    def address_of(self, name: str) -> int:
        """The address of a function or global."""
        if name not in self._addresses:
            if name not in self.module.functions and name not in self.module.asm:
                raise InterpError(f"no symbol is named {name!r}")
            address = self.memory.alloc(0, 16, f"function {name}")
            self._addresses[name] = address
            self._names[address] = name
        return self._addresses[name]

    def callee(self, name: str) -> Callee:
        """The function of that name, in the form that calls use."""
        found = self._callees.get(name)
        if found is None:
            f = self.module.functions.get(name) or self.module.asm.get(name)
            if f is None:
                raise InterpError(f"no function is named {name!r}")
            found = self._callees[name] = Callee(name, f)
            if isinstance(f, AsmFunction) or not f.blocks or name in self.externs:
                self._outside(found)
        return found

    def stack_pointer(self) -> int:
        """A plausible stack pointer: lower the deeper the calls are."""
        return 0x7FFF_FFFF_0000 - 64 * self.depth()

    def return_address(self) -> int:
        """The address of the function that called the running one; 0 at the outermost."""
        return self.address_of(self._stack[-1][0].function.name) if self._stack else 0

    def _outside(self, callee: Callee) -> None:
        name = callee.name
        given = self.externs.get(name)
        if callable(given):
            callee.native = given
        elif name == TRY:
            callee.is_try = True
        elif name == THROW:
            callee.native = _throw
        else:
            callee.native = LIBC.get(name) or _missing(name)

    def _place_globals(self) -> None:
        for g in self.module.globals.values():
            given = self.externs.get(g.name)
            if isinstance(given, int):
                self._addresses[g.name] = given
            else:
                self._addresses[g.name] = self.memory.alloc(g.size, g.align, f"global {g.name}")
        for g in self.module.globals.values():
            address = self._addresses[g.name]
            if g.init is not None:
                self.memory.write(address, g.init)
            for offset, name, addend in g.relocs:
                target = (self.address_of(name) + addend) & ((1 << 64) - 1)
                self.memory.write(address + offset, target.to_bytes(8, "little"))
            if g.const and g.linkage != "extern":
                self.memory.protect(address)

    def code_of(self, callee: Callee) -> Code:
        """The decoded body of a function; decoded at the first call."""
        if callee.code is None:
            assert isinstance(callee.function, Function)
            callee.code = Decoder(self, callee.function).run()
        return callee.code

    def function_at(self, address: int) -> Callee:
        """The function at an address."""
        name = self._names.get(address)
        if name is None:
            raise InterpError(f"call of {self.memory.describe(address)}, which is no function")
        return self.callee(name)

    def depth(self) -> int:
        """Frames of all runs under way."""
        return self._depth + len(self._stack)

    def _run(self, callee: Callee, values: list[Any]) -> Any:
        if callee.native is not None:
            return callee.call_native(self, values)
        outer, self._stack = self._stack, []
        self._depth += len(outer)
        run = Run(self, self._stack)
        try:
            return run.start(callee, values)
        except InterpError as e:
            e.where = e.where or run.where()
            raise
        finally:
            run.unwind()
            self._stack = outer
            self._depth -= len(outer)


def _throw(interp: object, frame: int, code: int) -> None:
    raise Throw(frame, code)


def _missing(name: str) -> Native:
    def missing(interp: object, *args: Any) -> Any:
        raise InterpError(f"@{name} has no body here: give the interpreter externs="
                          f"{{{name!r}: f}} with f(interpreter, *args)")
    return missing
