"""Random statements: control flow, assignments, functions, protected calls."""

from __future__ import annotations

from lua.fuzz import features, literals
from lua.fuzz.expressions import anything, array, num, scalar, small, table, text, truth, wrong
from lua.fuzz.library import library_call
from lua.fuzz.nodes import Node, block, branches, line
from lua.fuzz.scope import Scope

MAKERS = {"num": num, "str": text, "bool": truth, "arr": array, "tab": table, "any": anything}
DEEPEST = 4


def body(scope: Scope, size: int, *, in_loop: bool | None = None,
         vararg: bool | None = None) -> list[Node]:
    """The statements of a block, in a scope of its own."""
    inner = scope.inner(in_loop=in_loop, vararg=vararg)
    return sequence(inner, size)


def sequence(scope: Scope, size: int) -> list[Node]:
    """About `size` statements that end with a trace of something."""
    found: list[Node] = []
    for _ in range(size):
        found += statement(scope)
    return [*found, trace(scope)]


def statement(scope: Scope) -> list[Node]:
    """One statement, with what has to stand beside it."""
    rng = scope.random
    if scope.depth >= DEEPEST:
        return rng.choice(_SIMPLE)(scope)
    return rng.choice(_ALL)(scope)


def trace(scope: Scope) -> Node:
    """Prints a few values."""
    rng = scope.random
    shown = [rng.choice((scalar, num, text, anything))(scope, 2) for _ in range(rng.randint(1, 3))]
    found = scope.find("num", "str", "bool", "arr", "tab")
    return line(f"T({', '.join([*([found] if found else []), *shown])})")


def _trace(scope: Scope) -> list[Node]:
    return [trace(scope)]


def _local(scope: Scope) -> list[Node]:
    rng = scope.random
    kind = rng.choice(("num", "num", "num", "str", "str", "bool", "arr", "tab", "any"))
    value, name = MAKERS[kind](scope, 3), scope.fresh()
    scope.declare(name, kind)
    return [line(f"local {name} = C({value})" if kind == "str" else f"local {name} = {value}")]


def _locals(scope: Scope) -> list[Node]:
    rng = scope.random
    values = [num(scope, 2) for _ in range(rng.randint(1, 3))]
    names = [scope.unique("v") for _ in range(rng.randint(1, 3))]
    for number, name in enumerate(names):
        scope.declare(name, "num" if number < len(values) else "any")
    return [line(f"local {', '.join(names)} = {', '.join(values)}")]


def _assign(scope: Scope) -> list[Node]:
    kind = scope.random.choice(("num", "num", "num", "str", "bool", "arr", "tab"))
    name = scope.find(kind)
    if not name:
        return _local(scope)
    value = MAKERS[kind](scope, 3)
    return [line(f"{name} = C({value})" if kind == "str" else f"{name} = {value}")]


def _swap(scope: Scope) -> list[Node]:
    a, b, t = scope.find("num"), scope.find("num"), scope.find("tab")
    if not a or not b or not t:
        return _assign(scope)
    key = scope.random.choice(literals.KEYS)
    return [line(f"{a}, {b}, {t}.{key} = {b}, {num(scope, 1)}, {a}")]


def _store(scope: Scope) -> list[Node]:
    rng = scope.random
    name = scope.find("tab")
    if not name:
        return _local(scope)
    return [line(f"{name}.{rng.choice(literals.KEYS)} = {scalar(scope, 2)}")]


def _sequence_operation(scope: Scope) -> list[Node]:
    rng = scope.random
    name = scope.find("arr")
    if not name:
        return _local(scope)
    value = num(scope, 2) if rng.random() < 0.5 else f"C({text(scope, 2)})"
    return [line(rng.choice((
        f"{name}[#{name} + 1] = {value}", f"{name}[#{name}] = nil",
        f"table.insert({name}, {value})", f"table.insert({name}, 1, {value})",
        f"T(table.remove({name}))", f"T(table.remove({name}, 1))",
        f"if {name}[1] then {name}[1] = {value} end",
        f"table.sort({name}, by_text)",
        f"T(#{name}, unpack({name}))")))]


def _if(scope: Scope) -> list[Node]:
    rng = scope.random
    heads, bodies = [f"if {truth(scope)} then"], [body(scope, rng.randint(1, 2))]
    while rng.random() < 0.3:
        heads.append(f"elseif {truth(scope)} then")
        bodies.append(body(scope, rng.randint(1, 2)))
    if rng.random() < 0.5:
        heads.append("else")
        bodies.append(body(scope, rng.randint(1, 2)))
    return [branches(heads, bodies)]


def _for_range(scope: Scope) -> str:
    rng = scope.random
    kind = rng.random()
    if kind < 0.5:
        return f"{rng.randint(-2, 3)}, {rng.randint(0, 6)}"
    if kind < 0.7:
        return f"{rng.randint(0, 6)}, {rng.randint(-2, 3)}, {rng.choice((-1, -2, -3, 1))}"
    if kind < 0.85:
        start = rng.choice((2147483645, -2147483647, 9007199254740990, 2147483640, 4294967294))
        return f"{start}, {start + rng.randint(-2, 4)}, {rng.choice((1, 1, 2, 3, -1, 0.5))}"
    if kind < 0.95:
        return f"{rng.choice((0, 0.5, -1))}, {rng.choice((1, 2, 1.75))}, {rng.choice((0.25, 0.5))}"
    return f"{small(scope, 1)}, {num(scope, 1)}"


def _for(scope: Scope) -> list[Node]:
    rng = scope.random
    bounds = _for_range(scope)
    inner = scope.inner(in_loop=True)
    name = inner.fresh("i")
    inner.declare(name, "num")
    return [block(f"for {name} = {bounds} do",
                  [line("tick()"), *sequence(inner, rng.randint(1, 3)), *_leave(inner)])]


def _leave(scope: Scope) -> list[Node]:
    return [line(f"if {truth(scope, 2)} then break end")] if scope.random.random() < 0.3 else []


def _while(scope: Scope) -> list[Node]:
    condition = truth(scope)
    return [block(f"while {condition} do",
                  [line("if tick() then break end"), *body(scope, 2, in_loop=True)])]


def _repeat(scope: Scope) -> list[Node]:
    inner = scope.inner(in_loop=True)
    found = sequence(inner, scope.random.randint(1, 2))
    return [block("repeat", found, f"until tick() or {truth(inner)}")]


def _for_in(scope: Scope) -> list[Node]:
    rng = scope.random
    inner = scope.inner(in_loop=True)
    key, value = inner.unique("k"), inner.unique("e")
    kind = rng.random()
    if kind < 0.4:
        head, kinds = f"for {key}, {value} in ipairs({scope.find('arr') or array(scope)}) do", "any"
    elif kind < 0.6:
        head, kinds = f"for {key}, {value} in sorted({scope.find('tab') or table(scope)}) do", "any"
    elif kind < 0.8:
        head = f"for {key}, {value} in {text(scope, 2)}:gmatch({literals.pattern(rng)}) do"
        kinds = "any"
    else:
        head, kinds = f"for {key}, {value} in count, {rng.randint(0, 5)}, 0 do", "num"
    inner.declare(key, "any")
    inner.declare(value, kinds)
    return [block(head, [line("tick()"), *sequence(inner, rng.randint(1, 2)), *_leave(inner)])]


def _continue(scope: Scope) -> list[Node]:
    inner = scope.inner(in_loop=True)
    label, name = inner.unique("next"), inner.unique("i")
    inner.declare(name, "num")
    skip = line(f"if {truth(inner, 2)} then goto {label} end")
    return [block(f"for {name} = 1, {scope.random.randint(1, 6)} do",
                  [line("tick()"), skip, block("do", sequence(inner, 2)), line(f"::{label}::")])]


def _jump(scope: Scope) -> list[Node]:
    label, name = scope.unique("again"), scope.unique("n")
    inner = scope.inner()
    inner.declare(name, "num")
    # What is inside may set the counter back; the ticks end that.
    back = f"if {name} < {scope.random.randint(1, 4)} and not tick() then goto {label} end"
    return [block("do", [line(f"local {name} = 0"), line(f"::{label}::"),
                         block("do", sequence(inner, 2)), line(f"{name} = {name} + 1"),
                         line(back)])]


def _do(scope: Scope) -> list[Node]:
    return [block("do", body(scope, scope.random.randint(1, 3)))]


def _function(scope: Scope) -> list[Node]:
    rng = scope.random
    name = scope.unique("f")
    inner = scope.inner(in_loop=False, vararg=rng.random() < 0.3)
    names = [inner.unique("p") for _ in range(rng.randint(0, 3))]
    for parameter in names:
        inner.declare(parameter, "any" if rng.random() < 0.5 else "num")
    head = ", ".join([*names, *(["..."] if inner.vararg else [])])
    guard = [line(f"if tick() then return {rng.randint(0, 9)} end")]
    guard += [line(f"{p} = num({p})") for p in names]
    for parameter in names:
        inner.declare(parameter, "num")
    results = ", ".join(num(inner, 2) for _ in range(rng.randint(1, 2)))
    recursive = f"return {name}({num(inner, 1)})" if rng.random() < 0.15 else f"return {results}"
    node = block(f"local function {name}({head})",
                 [*guard, *sequence(inner, rng.randint(1, 3)), line(recursive)])
    scope.declare(name, "fn")
    return [node, line(f"T({name}({num(scope, 1)}, {num(scope, 1)}))")]


def _protected(scope: Scope) -> list[Node]:
    rng = scope.random
    inner = scope.inner(in_loop=False, vararg=False)
    found = sequence(inner, rng.randint(1, 2))
    kind = rng.random()
    if kind < 0.5:
        found.append(line(f"local _ = {wrong(inner, 2)}"))
    elif kind < 0.8:
        level = rng.choice(("", ", 0", ", 1", ", 2"))
        found.append(line(f"error({scalar(inner, 2)}{level})"))
    else:
        found.append(line(f"return {anything(inner, 2)}, {num(inner, 2)}"))
    if rng.random() < 0.3:
        return [block("T(xpcall(function()", found, "end, function(m) return 'H', m end))")]
    return [block("T(pcall(function()", found, "end))")]


def _refused(scope: Scope) -> list[Node]:
    return [line(f"T(pcall(function() return {wrong(scope.inner(vararg=False), 2)} end))")]


_SIMPLE = (_local, _local, _assign, _assign, _trace, _store, _swap, _sequence_operation, _refused,
           _locals, features.formatting, features.pattern_call,
           library_call, library_call)
_ALL = (*_SIMPLE, _if, _if, _for, _for, _while, _repeat, _for_in, _for_in, _continue, _jump, _do,
        _function, _function, _protected, _protected, features.closures, features.coroutine,
        features.metatable, features.transitions, features.varargs, features.load_text,
        features.accumulate, features.environment)
