"""DWARF as LLVM metadata: Python lines for breakpoints and steps, names and types of locals.

One compile unit stands for each Python source file.  The language is given as C, so that gdb
prints integers, structs and arrays as readers of the Arm manuals expect.
"""

from __future__ import annotations

from ..ir.model import Global, Loc, Param, Slot
from .context import FunctionContext, ModuleContext
from .debug_types import DebugTypes
from .text import llvm_type, quote

_DWARF_VERSION = 5


class DebugInfo:
    """The debug metadata of one module, built while its functions are emitted."""

    def __init__(self, m: ModuleContext) -> None:
        self.m = m
        self.types = DebugTypes(m, self._file)
        self._files: dict[str, str] = {}
        self._units: dict[str, tuple[int, list[str]]] = {}
        """File node to the unit's node number and its global variables."""
        self._scope = ""
        self._locations: dict[Loc | None, str] = {}

    @property
    def units(self) -> list[str]:
        """The compile units' nodes."""
        return [f"!{number}" for number, _ in self._units.values()]

    def enter_function(self, f: FunctionContext) -> str:
        """Make the function's subprogram; returns ` !dbg !n` for its definition."""
        # No linkage name is given: gdb would show it for a C function instead of the title.
        fn, m = f.function, self.m
        file = self._file(fn.file)
        title = fn.title or fn.name
        types = [self.types.node(fn.ret_dtype), *(self.types.node(p.dtype) for p in fn.params)]
        kind = m.node(f"!DISubroutineType(types: {m.node('!{' + ', '.join(types) + '}')})")
        local = "DISPFlagLocalToUnit | " if fn.linkage == "internal" else ""
        number = m.new_node(
            f"distinct !DISubprogram(name: {quote(title)}, scope: {file}, file: {file}, "
            f"line: {fn.line}, type: {kind}, scopeLine: {fn.line}, flags: DIFlagPrototyped, "
            f"spFlags: {local}DISPFlagDefinition | DISPFlagOptimized, "
            f"unit: !{self._unit(file)[0]})")
        self._scope = f"!{number}"
        self._locations = {}
        return f" !dbg {self._scope}"

    def location(self, loc: Loc | None) -> str:
        """The suffix `, !dbg !n` for an instruction; line 0 says that no line is meant."""
        text = self._locations.get(loc)
        if text is None:
            line, col = loc or (0, 0)
            number = self.m.new_node(
                f"!DILocation(line: {line}, column: {col}, scope: {self._scope})")
            text = self._locations[loc] = f", !dbg !{number}"
        return text

    def variables(self, f: FunctionContext) -> None:
        """Describe slots, and parameters that no slot holds, at the function's entry."""
        fn = f.function
        file = self._file(fn.file)
        in_slots = {slot.arg for slot in fn.slots}
        for i, p in enumerate(fn.params):
            if p.dtype and i + 1 not in in_slots:
                var = self._variable(p, i + 1, fn.line, file)
                f.lines.append(f"  #dbg_value({llvm_type(p.type)} {f.ref(p)}, {var}, "
                               f"!DIExpression(), {self._at(fn.line)})")
        for slot in fn.slots:
            if slot.dtype:
                line = slot.line or fn.line
                var = self._variable(slot, slot.arg, line, file)
                f.lines.append(f"  #dbg_declare(ptr {f.ref(slot)}, {var}, !DIExpression(), "
                               f"{self._at(line)})")

    def global_suffix(self, g: Global, offset: int = 0) -> str:
        """The attachment `, !dbg !n` of a global that a debugger can show, `offset` bytes into
        the one that it is attached to."""
        if not g.dtype or g.linkage == "extern":
            return ""
        file = self._file(g.file)
        local = "true" if g.linkage == "internal" else "false"
        var = self.m.new_node(
            f"distinct !DIGlobalVariable(name: {quote(g.title or g.name)}, "
            f"scope: {file}, file: {file}, line: {g.line}, "
            f"type: {self.types.node(g.dtype)}, isLocal: {local}, isDefinition: true)")
        where = f"DW_OP_plus_uconst, {offset}" if offset else ""
        whole = self.m.new_node(
            f"!DIGlobalVariableExpression(var: !{var}, expr: !DIExpression({where}))")
        self._unit(file)[1].append(f"!{whole}")
        return f", !dbg !{whole}"

    def finish(self) -> list[str]:
        """Write the compile units; returns the module flags that debug information needs."""
        for file, (number, globals_) in self._units.items():
            listed = f", globals: {self.m.node('!{' + ', '.join(globals_) + '}')}" \
                if globals_ else ""
            self.m.metadata[number] = (
                f'distinct !DICompileUnit(language: DW_LANG_C99, file: {file}, '
                f'producer: "wrought", isOptimized: true, runtimeVersion: 0, '
                f"emissionKind: FullDebug{listed}, nameTableKind: None)")
        return [f'!{{i32 7, !"Dwarf Version", i32 {_DWARF_VERSION}}}',
                '!{i32 2, !"Debug Info Version", i32 3}']

    def _at(self, line: int) -> str:
        return self.location(Loc(line, 0))[len(", !dbg "):]

    def _variable(self, v: Param | Slot, arg: int, line: int, file: str) -> str:
        position = f"arg: {arg}, " if arg else ""
        return self.m.node(
            f"!DILocalVariable(name: {quote(v.name)}, {position}scope: {self._scope}, "
            f"file: {file}, line: {line}, type: {self.types.node(v.dtype)})")

    def _file(self, path: str) -> str:
        node = self._files.get(path)
        if node is None:
            shown = self.m.path(path) or self.m.module.name
            node = self._files[path] = self.m.node(
                f'!DIFile(filename: {quote(shown)}, directory: ".")')
        return node

    def _unit(self, file: str) -> tuple[int, list[str]]:
        unit = self._units.get(file)
        if unit is None:
            unit = self._units[file] = (self.m.reserve(), [])
        return unit
