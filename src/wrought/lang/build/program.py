"""`Program`: compiled functions on their way to a file, for any target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from wrought.lang.core import types as t
from wrought.lang.core.function import Compiled
from wrought.lang.front.unit import Unit
from wrought.lang.ir import model as m
from wrought.lang.ir.verifier import check_module
from wrought.lang.passes.manager import run_passes
from wrought.lang.passes.stackbound import StackBound
from wrought.lang.targets import TARGETS, Target, host

from . import image, link
from .cache import Cache
from .errors import BuildError
from .layout import Layout
from .objects import compile_object
from .stack import check_recursion, measure_stack, title_of

KINDS = ("executable", "shared", "object", "elf", "image")
"""What can be built: the first two for hosted targets, the last two for bare metal."""


def find_target(name: str) -> Target:
    """The target of that name, `host` included; BuildError with the known ones otherwise."""
    if name == "host":
        return TARGETS["x86_64-linux" if host().arch == "x64" else "aarch64-linux"]
    found = TARGETS.get(name)
    if found is None:
        raise BuildError(f"there is no target '{name}'; known are host, {', '.join(TARGETS)}")
    return found


class Program:
    """A set of compiled functions and where they are to run.

    `main` is where a hosted executable starts (a function without parameters that returns
    nothing or i32); `entry` is where a bare-metal image starts, and `console` what its `print`
    calls (with a Slice[u8]); `roots` are further functions to keep: exports, the panic handler.
    `layout` places a bare-metal image; `stack_limit` (bytes) bounds its deepest path; `root` is
    the folder relative to which debug information names files; functions whose names
    begin with one of `small` are made small rather than fast, but for those of `fast`.
    """

    def __init__(self, name: str, *, target: str = "host", main: Compiled | None = None,
                 entry: Compiled | None = None, console: Compiled | None = None,
                 roots: Sequence[Compiled] = (), layout: Layout | None = None,
                 stack_limit: int = 0, debug: bool = True,
                 root: str | Path = "", libraries: Sequence[str] = (), soname: str = "",
                 cache: Cache | None = None, verify_each: bool = False,
                 small: Sequence[str] = (), fast: Sequence[str] = ()) -> None:
        self.name, self.target = name, find_target(target)
        self.main, self.entry, self.console, self.roots = main, entry, console, list(roots)
        self.layout = layout or Layout()
        self.stack_limit = stack_limit or self.layout.stack
        self.debug, self.root, self.cache = debug, str(root), cache or Cache()
        self.libraries, self.soname, self.verify_each = list(libraries), soname, verify_each
        self.small, self.fast = tuple(small), tuple(fast)
        self.bounds: dict[str, StackBound] = {}
        """After a bare-metal build: the deepest stack path from each root."""
        self._module: m.Module | None = None
        self._given: m.Module | None = None
        self._entry_symbol = ""
        self._kept: list[str] = []

    @classmethod
    def from_ir(cls, module: m.Module, **options: Any) -> Program:
        """A program that is given as IR; `options` are those of the constructor.

        A bare-metal image starts at `layout.entry`.
        """
        made = cls(module.name, **options)
        made._given = module
        return made

    def module(self) -> m.Module:
        """The checked and simplified IR.  Raises CompileError, or IrError for IR that is given."""
        if self._module is None:
            module = self._given or self.unit().finish()
            self._finish_entry(module)
            check_module(module)
            if not self.target.hosted:
                check_recursion(module, self._stack_roots(module))
            run_passes(module, self.verify_each)
            self._keep_small(module)
            self._module = module
        return self._module

    def unit(self, keep_types: bool = False) -> Unit:
        """The front end's state with all roots entered, not yet lowered."""
        if self._given is not None:
            raise BuildError(f"{self.name} is given as IR: there is no front end to show")
        folder = None if keep_types else self.cache.folder("front")
        unit = Unit(self.name, self.target, keep_types=keep_types, memo_folder=folder)
        unit.console = self.console
        self._kept = [unit.root(f) for f in self.roots]
        if self.main is not None:
            unit.root(self.main)
            _add_main(unit, self.main)
        if self.entry is not None:
            self._entry_symbol = unit.root(self.entry)
        return unit

    def _finish_entry(self, module: m.Module) -> None:
        for name in (*self._kept, self._entry_symbol):
            for table in (module.functions, module.asm):
                if name in table and table[name].linkage == "internal":
                    table[name].linkage = "export"

    def _keep_small(self, module: m.Module) -> None:
        for function in module.functions.values():
            small = function.name.startswith(self.small)
            if small and not function.name.startswith(self.fast):
                if "inline" not in function.attrs:
                    function.attrs.add("small")

    def _stack_roots(self, module: m.Module) -> list[str]:
        """Where execution can begin: the entry, exports, and what assembler text names."""
        roots = [f.name for f in module.functions.values()
                 if f.blocks and (f.linkage == "export" or "used" in f.attrs)]
        return roots + list(module.asm)

    def build(self, out: str | Path, kind: str = "") -> Path:
        """Write `kind` (by default an executable, or an ELF image on bare metal) to `out`.

        Raises CompileError or BuildError; `out` is written only on success.
        """
        path, kind = Path(out), kind or ("executable" if self.target.hosted else "elf")
        if kind not in KINDS:
            raise BuildError(f"there is no kind of output '{kind}'; known are {', '.join(KINDS)}")
        if (kind in ("elf", "image")) == self.target.hosted and kind != "object":
            raise BuildError(f"{self.target.name} has no output of kind '{kind}'")
        module = self.module()
        if kind == "object":
            image.write_output(path, self.object())
        elif kind == "executable":
            link.build_executable(module, self.target, path, self.cache, self.debug, self.root,
                                  self.libraries)
        elif kind == "shared":
            link.build_shared(module, self.target, path, self.cache, self.debug, self.root,
                              self.libraries, self.soname)
        else:
            elf = self.elf()
            image.write_output(path, elf if kind == "elf" else image.flat_binary(elf))
        return path

    def object(self) -> bytes:
        """The ELF object."""
        pic = None if self.target.hosted else self.layout.pie
        return compile_object(self.module(), self.target, self.cache, self.debug, self.root, pic)

    def elf(self) -> bytes:
        """A bare-metal image as ELF, its stack bound checked."""
        module = self.module()
        if self._entry_symbol:
            self.layout = replace(self.layout, entry=self._entry_symbol)
        data = self.object()
        elf = image.build_image(module, self.target, self.layout, self.cache, compiled=data)
        self.bounds = measure_stack(module, data, self._stack_roots(module), self.stack_limit)
        return elf

    def dump(self, stage: str, only: str = "") -> str:
        """The program at a stage (`front ir llvm asm lines`) as text, functions named `only`."""
        from .stages import dump_stage

        return dump_stage(self, stage, only)

    def stack_report(self) -> str:
        """The deepest stack path, as the build prints it."""
        if not self.bounds:
            return ""
        deepest = max(self.bounds.values(), key=lambda b: b.bytes)
        chain = " > ".join(f"{title_of(self.module(), n)} {size}" for n, size in deepest.chain)
        return f"deepest stack: {deepest.bytes} of {self.stack_limit} bytes: {chain}"


def _add_main(unit: Unit, f: Compiled) -> None:
    """C's `main`, which calls `f` and gives its result as exit status."""
    if f.options.get("export") == "main":
        return
    sig = unit.signature(f)
    if sig.params or sig.ret.name not in ("None", "i32"):
        raise BuildError(f"{f.title} can't be where a program starts: that function takes nothing "
                         "and returns nothing or i32", f.file, f.first_line)
    symbol = unit.instance(f, ()).symbol
    entry = m.Block("entry")
    loc = m.Loc(f.first_line, 1)
    call = m.Ins("call", sig.ret.ir or "void", (), {"callee": symbol}, loc)
    result: m.Value = m.Const("i32", 0) if isinstance(sig.ret, t.VoidType) else call
    entry.body = [call, m.Ins("ret", "void", (result,), {}, loc)]
    unit.module.functions["main"] = m.Function(
        "main", [], "i32", linkage="export", blocks=[entry], file=f.file, line=f.first_line,
        title="main")
