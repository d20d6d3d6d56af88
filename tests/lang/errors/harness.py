"""Compiling the programs of error cases, with every name of the language imported."""

from __future__ import annotations
import __future__

import re
import sys
from types import ModuleType
from typing import Any

from wrought.lang import source
from wrought.lang.build.program import Program
from wrought.lang.build.stack import measure_stack
from wrought.lang.core import (
    atomics,
    decl,
    function,
    intrinsics,
    scalars,
    static,
    sysreg,
    target,
)
from wrought.lang.core.function import Compiled
from wrought.lang.diag import CompileError, Diagnostic
from wrought.lang.front.catalog.cases import Case
from wrought.lang.front.report import at_import

MODULES = (atomics, decl, function, intrinsics, scalars, static, target)
PRELUDE: dict[str, Any] = {
    name: value for module in MODULES for name, value in vars(module).items()
    if not name.startswith("_") and getattr(value, "__module__", module.__name__).startswith(
        "wrought.lang.core") and not isinstance(value, ModuleType)}
PRELUDE |= {"sysreg": sysreg, "ESR_EL2": sysreg.ESR_EL2, "HCR_EL2": sysreg.HCR_EL2,
            "ICC_EOIR1_EL1": sysreg.ICC_EOIR1_EL1, "MIDR_EL1": sysreg.MIDR_EL1}


def load(name: str, text: str, hidden: bool = False) -> dict[str, Any]:
    """The names that the module `text` defines; CompileError where importing it fails."""
    path, module = f"{name}.py", ModuleType(name)
    module.__dict__.update(PRELUDE)
    sys.modules[name] = module
    try:
        if not hidden:
            source.register(path, text)
        code = compile(text, path, "exec", __future__.annotations.compiler_flag)
        exec(code, module.__dict__)
    except Exception as error:
        raise at_import(error, path) from None
    finally:
        del sys.modules[name]
    return {k: v for k, v in vars(module).items() if v is not PRELUDE.get(k)}


def roots(names: dict[str, Any]) -> list[Compiled]:
    """The functions to compile: all but generic ones, which their callers bring in."""
    found = [f for f in names.values() if isinstance(f, Compiled) and f.kind != "extern"
             and "comptime" not in f.options and ("export" in f.options or not re.search(
                 r"\bT\b|Const\[", str(f.function.__annotations__)))]
    return sorted(found, key=lambda f: f.first_line)


def compile_text(name: str, text: str, settings: dict[str, str]) -> None:
    """Compile a whole module; CompileError with all its errors."""
    names = load(name, text, settings.get("source") == "none")
    program = Program(name, target=settings.get("target", "aarch64-linux"), roots=roots(names))
    module = program.module()
    if "stack" in settings:
        entries = [f.name for f in module.functions.values()]
        measure_stack(module, program.object(), entries, int(settings["stack"]))


def errors(name: str, text: str, settings: dict[str, str] | None = None) -> list[Diagnostic]:
    """The errors of a module, none if it compiles."""
    try:
        compile_text(name, text, settings or {})
    except CompileError as e:
        return e.diagnostics
    return []


def says(case: Case) -> str:
    """What the compiler says of a case's program."""
    return "\n\n".join(d.render() for d in errors(case.name, case.wrong, case.settings)) + "\n"
