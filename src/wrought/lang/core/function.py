"""Function declarations: `@fn`, `@handler`, `@asm`, `@extern` and their modifiers."""

from __future__ import annotations

import ast
import inspect
from types import FunctionType
from typing import Any

from wrought.lang import source
from wrought.lang.diag import CompileError

from .env import Env, user_frame
from .types import Type


class Compiled:
    """A function written in the language; calling it from ordinary Python compiles and runs it.

    `kind` is `fn`, `handler`, `asm` or `extern`; `options` holds modifiers (`inline`, `cold`,
    `unsafe`, `export`, …) with their arguments.
    """

    def __init__(self, function: FunctionType, env: Env, kind: str = "fn") -> None:
        self.function, self.env, self.kind = function, env, kind
        self.options: dict[str, Any] = {}
        self.owner: Type | None = None
        self.name = function.__name__
        self.label = ""
        """Tells members of one family apart: `@handler("ADD")`."""
        self.module = function.__module__
        self.file = function.__code__.co_filename
        self.first_line = function.__code__.co_firstlineno
        self.__doc__ = function.__doc__
        self.__name__ = function.__name__
        self.__wrapped__ = function
        self.host: Any = None

    @property
    def title(self) -> str:
        """Qualified name as people see it: `Ring.push`, `op ADD`."""
        name = self.function.__qualname__.replace("<locals>.", "")
        return f"{name}[{self.label}]" if self.label else name

    def source(self) -> source.SourceFile:
        """The file that it stands in; OSError when there is no source text."""
        return source.load(self.file)

    def node(self) -> ast.FunctionDef:
        """Its syntax tree; OSError when there is no source text."""
        found = source.find_function(self.source(), self.name, self.first_line)
        if found is None:
            raise OSError(f"the source of {self.title} is not where it was loaded from; "
                          "was the file changed?")
        return found

    def __call__(self, *args: Any) -> Any:
        """Compile for this machine if that has not been done, and run in this process."""
        if self.host is None:
            self.host = self._compile()
        return self.host(*args)

    def _compile(self) -> Any:
        from wrought.lang.build.call import host_function

        try:
            return host_function(self)
        except CompileError as error:
            # The mistake is the program's: the compiler's own frames would only hide it.
            raise error.with_traceback(None) from None

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        return lambda *args: self(instance, *args)

    def __repr__(self) -> str:
        return f"<compiled {self.kind} {self.module}.{self.title}>"


_ASYNC = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR


def compiled(f: Any, kind: str = "fn") -> Compiled:
    """`f` as a Compiled that sees the names around its declaration."""
    if isinstance(f, Compiled):
        return f
    if not isinstance(f, FunctionType):
        raise TypeError(f"{f!r} is not a function")
    if f.__name__ == "<lambda>":
        raise TypeError("a lambda can't be compiled; declare a function with def")
    if f.__code__.co_flags & _ASYNC:
        raise TypeError(f"{f.__name__} is async, which is not compiled; poll in a loop, or write "
                        "the state machine")
    return Compiled(f, Env(user_frame(), f), kind)


def fn(f: Any = None, *, inline: bool = False) -> Any:
    """Declare a compiled function."""
    if f is None:
        return lambda g: _with(compiled(g), "inline", inline)
    return _with(compiled(f), "inline", inline)


def _with(c: Compiled, option: str, value: Any) -> Compiled:
    if value:
        c.options[option] = value
    return c


def handler(f: Any = None) -> Any:
    """A function whose parameters stay in registers and that leaves by `return tail(g)(…)`.

    `@handler("ADD")` labels one member of a family made by an ordinary Python loop.  Its body
    may use raw pointers, as `@unsafe` allows.
    """
    if isinstance(f, str):
        def label(g: Any) -> Compiled:
            c = compiled(g, "handler")
            c.kind, c.label = "handler", f
            return c
        return label
    if f is None:
        return lambda g: compiled(g, "handler")
    c = compiled(f, "handler")
    c.kind = "handler"
    return c


def _modifier(option: str, doc: str) -> Any:
    def modify(f: Any) -> Compiled:
        return _with(compiled(f), option, True)
    modify.__name__ = option
    modify.__doc__ = doc
    return modify


inline = _modifier("inline", "Always expand the function at its calls.")
noinline = _modifier("noinline", "Never expand the function at its calls.")
cold = _modifier("cold", "Rarely run: keep it out of the way and small.")
unsafe = _modifier("unsafe", "Allow raw pointers; a `# SAFETY:` line must say why it is sound.")
nobuiltin = _modifier("nobuiltin", "Never turn loops into memcpy or memset calls: for those.")
comptime = _modifier("comptime", "An ordinary Python function that compiled code may call with "
                                 "constants; it runs while compiling.")
panic_handler = _modifier("panic_handler", "What a bare-metal program does on a panic: takes "
                                           "Ptr[PanicRecord], u64, u64 and returns Never.")
floating = _modifier("floating", "Allow floating point in a bare-metal function.")


def export(name: str | Any = None, *, section: str = "", align: int = 0) -> Any:
    """Give the function a C name (its own by default) that other object files can see."""
    def mark(f: Any) -> Compiled:
        c = compiled(f)
        c.options["export"] = name if isinstance(name, str) else c.name
        if section:
            c.options["section"] = section
        if align:
            c.options["align"] = align
        return c
    return mark(name) if isinstance(name, FunctionType | Compiled) else mark


def section(name: str, *, align: int = 0) -> Any:
    """Place the function in a section of that name, at an alignment in bytes."""
    def mark(f: Any) -> Compiled:
        c = compiled(f)
        c.options["section"] = name
        if align:
            c.options["align"] = align
        return c
    return mark


def extern(name: str | Any = None, *, variadic: bool = False) -> Any:
    """Declare a C function: `@extern` on `def puts(s: Ptr[u8]) -> i32: ...`."""
    def mark(f: Any) -> Compiled:
        c = compiled(f, "extern")
        c.kind = "extern"
        c.options["symbol"] = name if isinstance(name, str) else c.name
        c.options["variadic"] = variadic
        return c
    return mark(name) if isinstance(name, FunctionType | Compiled) else mark


def asm(f: Any = None, *, section: str = "", align: int = 4, stack: int = 0) -> Any:
    """A whole function in assembler text; the body calls `a64("…")` and `x64("…")`.

    `section` and `align` (bytes) place it; `stack` is the bytes of stack that it uses, for the
    stack bound.
    """
    def mark(g: Any) -> Compiled:
        c = compiled(g, "asm")
        c.kind = "asm"
        c.options.update(section=section, align=align, stack=stack)
        return c
    return mark if f is None else mark(f)
