"""What the emitters of one module and of one function share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..build.errors import BuildError
from ..ir.model import (
    AsmFunction,
    Block,
    Const,
    Function,
    Ins,
    Loc,
    Module,
    Param,
    Slot,
    Sym,
    Undef,
    Value,
)
from ..ir.types import IrType
from ..targets import Target
from .percpu import offsets
from .text import constant, llvm_type, symbol

if TYPE_CHECKING:
    from .debug import DebugInfo


class ModuleContext:
    """Declarations, attribute groups and metadata gathered while functions are emitted."""

    def __init__(self, module: Module, target: Target, root: str = "") -> None:
        self.module = module
        self.target = target
        self.root = root.rstrip("/") + "/" if root else ""
        self.debug: DebugInfo | None = None
        self.constants: list[str] = []
        """Private constants: panic records and their strings."""
        self.strings: dict[str, str] = {}
        self.metadata: list[str] = []
        self.percpu = offsets(module, target)
        """Offsets of the per-CPU globals in a bare-metal program's template."""
        self._declared: dict[str, str] = {}
        self._groups: dict[str, int] = {}
        self._nodes: dict[str, int] = {}

    def declare(self, name: str, ret: str, params: str, attrs: str = "") -> str:
        """Declare an intrinsic or helper once; returns `@name`."""
        at = symbol(name)
        if name not in self._declared:
            self._declared[name] = f"declare {ret} {at}({params}) {attrs}".rstrip()
        return at

    def declare_global(self, name: str) -> str:
        """Declare a symbol of the image that only has an address, once; returns `@name`."""
        at = symbol(name)
        self._declared.setdefault(name, f"{at} = external dso_local global i8")
        return at

    def declarations(self) -> list[tuple[str, str]]:
        """Name and text of what the module itself neither defines nor declares."""
        own = self.module
        return [(name, text) for name, text in self._declared.items()
                if name not in own.functions and name not in own.asm and name not in own.globals]

    def group(self, attrs: str) -> str:
        """The number of an attribute group, as `#3`."""
        return f"#{self._groups.setdefault(attrs, len(self._groups))}"

    def groups(self) -> list[str]:
        """The attribute groups' definitions."""
        return [f"attributes #{n} = {{ {text} }}" for text, n in self._groups.items()]

    def node(self, text: str) -> str:
        """A metadata node with this text, shared by all users of the same text."""
        n = self._nodes.get(text)
        if n is None:
            n = self._nodes[text] = self.new_node(text)
        return f"!{n}"

    def new_node(self, text: str) -> int:
        """A metadata node of its own; returns its number."""
        self.metadata.append(text)
        return len(self.metadata) - 1

    def reserve(self) -> int:
        """A node number whose text is set later, for cycles."""
        return self.new_node("")

    def path(self, file: str) -> str:
        """A source path as the output shows it: relative if it is under the project's root."""
        return file.removeprefix(self.root) if self.root else file

    def callee(self, name: str) -> Function | AsmFunction | None:
        """The function or assembler function of that name."""
        return self.module.functions.get(name) or self.module.asm.get(name)


class FunctionContext:
    """The function that is being written: its text, the names of its values, its position."""

    def __init__(self, module: ModuleContext, function: Function) -> None:
        self.module = module
        self.target = module.target
        self.function = function
        self.lines: list[str] = []
        self.suffix = ""
        """Appended to each instruction: its debug location."""
        self.loc: Loc | None = None
        self._temps = 0
        self._names: dict[Value, str] = {}
        self.labels: dict[Block, str] = {
            block: f"b{i}" for i, block in enumerate(function.blocks)}
        for i, p in enumerate(function.params):
            self._names[p] = f"%p{i}"
        for i, slot in enumerate(function.slots):
            self._names[slot] = f"%s{i}"

    def out(self, text: str) -> None:
        """Write one instruction."""
        self.lines.append(f"  {text}{self.suffix}")

    def temp(self) -> str:
        """A fresh value name."""
        self._temps += 1
        return f"%t{self._temps}"

    def let(self, text: str) -> str:
        """Write an instruction with a fresh result and return the result's name."""
        self._temps += 1
        name = f"%t{self._temps}"
        self.lines.append(f"  {name} = {text}{self.suffix}")
        return name

    def result(self, ins: Ins, text: str) -> None:
        """Write the instruction whose value is the value of `ins`."""
        self.lines.append(f"  {self.ref(ins)} = {text}{self.suffix}")

    def alias(self, ins: Ins, name: str) -> None:
        """Let `ins` be an existing LLVM value, where nothing has used it yet; else copy it."""
        if ins in self._names:
            t = llvm_type(ins.type)
            self.result(ins, f"select i1 true, {t} {name}, {t} {name}")
        else:
            self._names[ins] = name

    def ref(self, value: Value) -> str:
        """The value without its type: `%v3`, `17`, `@table`."""
        name = self._names.get(value)
        if name is None:
            name = self._names[value] = self._spell(value)
        return name

    def typed(self, value: Value) -> str:
        """The value with its type: `i64 %v3`."""
        return f"{llvm_type(value.type)} {self.ref(value)}"

    def label(self, block: Block) -> str:
        """A branch destination: `label %b2`."""
        return f"label %{self.labels[block]}"

    def error(self, message: str) -> BuildError:
        """A build error at the current instruction, naming the function."""
        fn = self.function
        line, col = self.loc or (fn.line, 0)
        return BuildError(f"{message} (in {fn.title or fn.name})", fn.file, line, col)

    def _spell(self, value: Value) -> str:
        if isinstance(value, Ins):
            return f"%v{len(self._names)}"
        if isinstance(value, Const):
            return constant(value)
        if isinstance(value, Undef):
            return "undef"
        if isinstance(value, Sym):
            at = symbol(value.name)
            return f"getelementptr (i8, ptr {at}, i64 {value.offset})" if value.offset else at
        kind = "parameter" if isinstance(value, Param) else "slot"
        raise self.error(f"{kind} '{value.name}' does not belong to this function")


def ir_type_of(value: Value) -> IrType:
    """The IR type of any value."""
    return "ptr" if isinstance(value, (Slot, Sym)) else value.type
