"""The IR's rules, checked over every build: one list of problems for a whole module.

Bad operands, types, attributes, terminators, dominance, calls and symbols are found here, so
that no later pass and not LLVM (whose errors end the process) has to expect them.
"""

from __future__ import annotations

from .dominance import Dominators
from .errors import IrInvalid, IrProblem
from .model import Block, Const, Function, Ins, Loc, Module, Param, Slot, Sym, Value
from .ops import TERMINATORS
from .printer import Names
from .type_rules import shape_problem
from .types import IrType, type_text
from .value_rules import const_problem
from .verify_headers import Symbols, header_problems, signature_text

_CALLS = frozenset({"call", "tail", "calli", "taili", "percpu", "ret"})


def verify_module(m: Module) -> list[IrProblem]:
    """Every broken rule of `m`, in its own order; an empty list if it is well formed."""
    symbols = Symbols(m)
    problems = header_problems(m, symbols)
    for f in m.functions.values():
        if f.blocks:
            problems += _FunctionVerifier(f, symbols).run()
    return problems


def check_module(m: Module) -> None:
    """Raise `IrInvalid`, which lists the problems, unless `m` is well formed."""
    problems = verify_module(m)
    if problems:
        raise IrInvalid(problems)


class _FunctionVerifier:
    """One function's body."""

    def __init__(self, f: Function, symbols: Symbols) -> None:
        self.f = f
        self.symbols = symbols
        self.problems: list[IrProblem] = []
        self.names: Names | None = None
        self.blocks = set(f.blocks)
        self.locals: set[Value] = {*f.params, *f.slots}
        self.order: dict[Ins, int] = {}
        """Position of each instruction, counted over the whole function."""
        self.start = self.end = 0
        """Positions of the current block's first instruction and of the next block's."""
        self.across: list[tuple[Ins, Ins, Block]] = []
        """(definition, use, the use's block) where they are in different blocks."""

    def run(self) -> list[IrProblem]:
        number = 0
        for block in self.f.blocks:
            for ins in block.body:
                self.order[ins] = number
                number += 1
        self.duplicates(number)
        for block in self.f.blocks:
            self.block(block)
        if not self.problems and self.across:
            self.dominance()
        return self.problems

    def report(self, message: str, block: Block, ins: Ins | None = None) -> None:
        self.names = self.names or Names(self.f)
        loc: Loc | None = ins.loc if ins else None
        text = self.names.ins(ins) if ins else ""
        self.problems.append(IrProblem(message, self.f.name, block.name, loc, text))

    def duplicates(self, count: int) -> None:
        if len(self.blocks) != len(self.f.blocks):
            self.report("a block is in the function twice", self.f.blocks[0])
        if len(self.order) != count:
            self.report("an instruction is in the function twice", self.f.blocks[0])

    def block(self, block: Block) -> None:
        body = block.body
        self.start, self.end = self.end, self.end + len(body)
        if not body or body[-1].op not in TERMINATORS:
            self.report("the block does not end in a terminator", block,
                        body[-1] if body else None)
        last = len(body) - 1
        for i, ins in enumerate(body):
            if i != last and ins.op in TERMINATORS:
                self.report(f"{ins.op} is a terminator but not the block's last instruction",
                            block, ins)
            self.instruction(ins, block, self.start + i)

    def instruction(self, ins: Ins, block: Block, at: int) -> None:
        args = ins.args
        attrs = ins.attrs
        try:
            problem = shape_problem(ins.op, ins.type, tuple([a.type for a in args]),
                                    tuple(attrs.items()) if attrs else (), len(ins.blocks))
        except TypeError:
            problem = "attribute values must be numbers, strings or tuples"
        if not problem and ins.op in _CALLS:
            problem = self.call(ins)
        if problem:
            self.report(problem, block, ins)
        for a in args:
            self.operand(a, ins, block, at)
        for s in ins.blocks:
            if s not in self.blocks:
                self.report(f"successor ^{s.name} is not in the function", block, ins)
            elif s is self.f.blocks[0]:
                self.report("the entry block cannot be a successor", block, ins)

    def operand(self, a: Value, ins: Ins, block: Block, at: int) -> None:
        if isinstance(a, Ins):
            where = self.order.get(a, -1)
            if where < 0:
                self.report("an operand is an instruction outside the function", block, ins)
            elif not self.start <= where < self.end:
                self.across.append((a, ins, block))
            elif where >= at:
                self.report("an operand is used before its definition", block, ins)
        elif isinstance(a, Const):
            if problem := const_problem(a):
                self.report(problem, block, ins)
        elif isinstance(a, (Param, Slot)):
            if a not in self.locals:
                what = "parameter" if isinstance(a, Param) else "slot"
                self.report(f"{what} {a.name!r} belongs to another function", block, ins)
        elif isinstance(a, Sym):
            if a.name not in self.symbols.all:
                self.report(f"no symbol is named {a.name!r}", block, ins)

    def dominance(self) -> None:
        home = {ins: b for b in self.f.blocks for ins in b.body}
        tree = Dominators(self.f)
        for definition, use, block in self.across:
            if not tree.dominates(home[definition], block):
                self.report(f"an operand is defined in ^{home[definition].name}, which not every "
                            "path to here passes", block, use)

    def call(self, ins: Ins) -> str:
        """Rules that need the function's or another symbol's header."""
        if ins.op == "ret":
            got = ins.args[0].type if ins.args else "void"
            want = self.f.ret
            return "" if got == want else (
                f"the function returns {type_text(want)}, not {type_text(got)}")
        if ins.op == "percpu":
            return self.percpu(ins.args[0])
        if ins.op in ("calli", "taili"):
            missing = [t for t in ins.attrs.get("targets", ()) if t not in self.symbols.callable]
            if missing:
                return f"no function is named {missing[0]!r}"
            if ins.op == "calli":
                return ""
            ret, params = ins.attrs["sig"]
            return self.same_as_caller(ret, params, ins.attrs.get("cc", "c"))
        return self.direct(ins)

    def percpu(self, v: Value) -> str:
        if isinstance(v, Sym):
            g = self.symbols.module.globals.get(v.name)
            if g is None or not g.percpu:
                return f"@{v.name} is not a per-CPU global"
        return ""

    def direct(self, ins: Ins) -> str:
        name = ins.attrs["callee"]
        callee = self.symbols.callable.get(name)
        if callee is None:
            return f"no function is named {name!r}"
        want = tuple(p.type for p in callee.params)
        got = tuple(a.type for a in ins.args)
        variadic = isinstance(callee, Function) and callee.variadic
        if got[:len(want)] != want or (len(got) > len(want) and not variadic):
            return f"@{name} is {signature_text(callee)}, called with {type_text(got)}"
        if ins.op == "tail":
            return self.same_as_caller(callee.ret, want, callee.cc)
        if ins.type != callee.ret:
            return f"@{name} returns {type_text(callee.ret)}, not {type_text(ins.type)}"
        return ""

    def same_as_caller(self, ret: IrType, params: tuple[IrType, ...], cc: str) -> str:
        """A guaranteed tail call needs the caller's own signature and convention."""
        f = self.f
        if (ret, params, cc) == (f.ret, tuple(p.type for p in f.params), f.cc):
            return ""
        if cc != f.cc:
            return f"a tail call from convention {f.cc!r} to {cc!r}"
        return (f"a tail call to {type_text(params)} -> {type_text(ret)} from "
                f"{signature_text(f)}: both must have one signature")
