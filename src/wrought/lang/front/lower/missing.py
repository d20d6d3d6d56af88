"""What Python has and the language has not, and what to write instead."""

from __future__ import annotations

import ast

INSTEAD: dict[type[ast.AST], tuple[str, str]] = {
    ast.Try: ("try", "return an error value, or use try_call() and throw()"),
    ast.Raise: ("raise", "return an error value, or panic(\"…\")"),
    ast.ListComp: ("a list comprehension", "fill an Array in a loop"),
    ast.SetComp: ("a set comprehension", "fill an Array in a loop"),
    ast.DictComp: ("a dict comprehension", "use a struct or an Array"),
    ast.GeneratorExp: ("a generator expression", "write the loop"),
    ast.List: ("a list display", "declare 'a: Array[T, N] = (…)' with a tuple"),
    ast.Dict: ("a dict display", "use a struct, an Array or match"),
    ast.Set: ("a set display", "use bits of an integer or an Array"),
    ast.Lambda: ("lambda", "declare a function with @fn"),
    ast.Yield: ("yield", "keep the state in a struct and call a step function"),
    ast.YieldFrom: ("yield from", "keep the state in a struct and call a step function"),
    ast.Await: ("await", "write the state machine, or poll in a loop"),
    ast.AsyncFor: ("async for", "poll in a loop"),
    ast.AsyncWith: ("async with", "use with"),
    ast.AsyncFunctionDef: ("async def", "write the state machine"),
    ast.FunctionDef: ("a nested function", "declare it at module level with @fn"),
    ast.ClassDef: ("a nested class", "declare it at module level with @struct"),
    ast.Import: ("import inside a function", "import at the top of the module"),
    ast.ImportFrom: ("import inside a function", "import at the top of the module"),
    ast.Delete: ("del", "let the variable go out of use, or assign to it"),
    ast.Nonlocal: ("nonlocal", "pass a Ptr to the variable"),
    ast.JoinedStr: ("an f-string here", "use print(f\"…\"), format_to(sink, f\"…\") or "
                    "panic(f\"…\")"),
    ast.Starred: ("* unpacking", "name the elements"),
    ast.MatMult: ("@", "write the loops"),
}
"""Syntax node type: (what to call it, what to write)."""
if hasattr(ast, "TryStar"):
    INSTEAD[ast.TryStar] = INSTEAD[ast.Try]
