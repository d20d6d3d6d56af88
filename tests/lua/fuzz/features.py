"""Statements about one feature each: closures, coroutines, metatables, table growth, ..."""

from __future__ import annotations

from lua.fuzz import literals
from lua.fuzz.expressions import anything, num, scalar, text, truth
from lua.fuzz.nodes import Node, block, line
from lua.fuzz.scope import Scope

_EVENTS = ("add", "sub", "mul", "div", "mod", "pow", "unm", "concat", "eq", "lt", "le", "index",
           "newindex", "call", "len", "tostring")


def formatting(scope: Scope) -> list[Node]:
    """Numbers as text in several ways."""
    rng = scope.random
    value = num(scope, 3)
    return [line(f'T(({value}) .. "", ("%.{rng.randint(0, 17)}g"):format({value}), '
                 f'("%.{rng.randint(0, 10)}f"):format(num({value}) % 1e9))')]


def pattern_call(scope: Scope) -> list[Node]:
    """A function of patterns, with all its results."""
    rng = scope.random
    subject, pattern = text(scope, 2), literals.pattern(rng)
    call = rng.choice((f"string.find, {subject}, {pattern}",
                       f"string.find, {subject}, {pattern}, {rng.randint(-4, 6)}",
                       f"string.match, {subject}, {pattern}",
                       f"string.gsub, {subject}, {pattern}, {literals.replacement(rng)}",
                       f"string.find, {subject}, {literals.string(rng)}, 1, true"))
    return [line(f"T(pcall({call}))")]


def closures(scope: Scope) -> list[Node]:
    """Closures made in a loop share or own their upvalues."""
    rng = scope.random
    name, shared, own = scope.unique("fs"), scope.unique("u"), scope.unique("w")
    count = rng.randint(1, 4)
    inner = scope.inner(vararg=False)
    inner.declare(shared, "num")
    inner.declare(own, "num")
    outside = num(scope, 2)
    first, change, second = num(scope, 1), num(inner, 2), num(inner, 2)
    calls = ", ".join(f"{name}[{rng.randint(1, count)}]({num(inner, 1)})" for _ in range(3))
    leave = f"if i == {rng.randint(1, count)} then break end" if rng.random() < 0.3 else "tick()"
    return [line(f"local {name}, {shared} = {{}}, {outside}"),
            block(f"for i = 1, {count} do",
                  [line(f"local {own} = i * {first}"),
                   line(f"{name}[i] = function(d) {own} = num(d) + {change} "
                        f"{shared} = {shared} + {second} return {own}, {shared} end"),
                   line(leave)]),
            line(f"T(pcall(function() return {calls} end))"), line(f"T({shared})")]


def coroutine(scope: Scope) -> list[Node]:
    """A coroutine that is driven for some steps, across protected calls and iterators."""
    rng = scope.random
    name, step = scope.unique("co"), scope.unique("s")
    inner = scope.inner(in_loop=False, vararg=False)
    inner.declare("a", "any")
    inner.declare("b", "any")
    actions = [
        "b = coroutine.yield(a, {0})", "T(coroutine.yield({0}))",
        "T(pcall(function() local y = coroutine.yield({0}) error(y, 0) end))",
        "for i = 1, 2 do coroutine.yield(i, {0}) end",
        "for _, e in ipairs {{ {0}, 2 }} do coroutine.yield(e) end",
        "T(setmetatable({{}}, {{ __index = function(_, k) return coroutine.yield(k) end }}).key)",
        "T(setmetatable({{}}, {{ __add = function(_, k) return coroutine.yield(k) end }}) + {0})",
        "if {1} then return {0} end", "if {1} then error({0}) end",
        "T(pcall(table.sort, {{ 2, 1 }}, function() return coroutine.yield({0}) end))",
        "T(coroutine.wrap(function(x) return (coroutine.yield(x)) end)({0}))"]
    steps = [line(rng.choice(actions).format(num(inner, 2), truth(inner, 2)))
             for _ in range(rng.randint(1, 4))]
    return [block(f"local {name} = coroutine.create(function(a, b)",
                  [*steps, line(f"return a, b, {scalar(inner, 1)}")], "end)"),
            block(f"for {step} = 1, {rng.randint(1, 6)} do",
                  [line(f"T(coroutine.status({name}), "
                        f"coroutine.resume({name}, {step}, {scalar(scope, 1)}))")]),
            line(f"T(coroutine.status({name}))")]


def metatable(scope: Scope) -> list[Node]:
    """An object with some events, and operations on it that may use others."""
    rng = scope.random
    name, other = scope.unique("o"), scope.unique("q")
    events = rng.sample(_EVENTS, rng.randint(1, 6))
    inside = scope.inner(vararg=False)
    handlers = [line(f"__{e} = function(x, y) return {_handled(inside, e)} end,") for e in events]
    scope = inside
    operations = [f"{name} + {num(scope, 1)}", f"{num(scope, 1)} - {name}", f"{name} * {other}",
                  f"{name} / 2", f"{name} % 3", f"{name} ^ 2", f"- {name}", f'{name} .. "x"',
                  f"{num(scope, 1)} .. {name}", f"{name} == {other}", f"{name} ~= {other}",
                  f"{name} < {other}", f"{name} >= {other}", f"{name}.field", f"{name}[1]",
                  f"{name}({num(scope, 1)})", f"#{name}", f"tostring({name}):sub(1, 5)",
                  f"{name}:method(1)", f"{name} < 1", f"{name}.n", f"{name}.n.x"]
    used = rng.sample(operations, rng.randint(2, 5))
    stores = rng.choice((f"{name}.new = 1", f"{name}.n = 2", f"{name}[1] = {num(scope, 1)}"))
    return [block(f"local {name}, {other} = setmetatable({{ n = {num(scope, 1)} }}, {{", handlers,
                  "}), setmetatable({}, {})"),
            line(f"if {truth(scope, 1)} then setmetatable({other}, getmetatable({name})) end"),
            line(f"T(pcall(function() {stores} return rawget({name}, 'new'), {name}.n end))"),
            *(line(f"T(pcall(function() return {operation} end))") for operation in used)]


def _handled(scope: Scope, event: str) -> str:
    rng = scope.random
    if event == "tostring":
        return rng.choice(('"shown"', '"o"', '"an object"'))
    if event == "index":
        return rng.choice(('y', 'tostring(y) .. "!"', num(scope, 1)))
    return rng.choice((f"'{event}', type(x), type(y)", num(scope, 1), truth(scope, 1), "y", "nil",
                       f"error('{event}', 0)" if rng.random() < 0.3 else f"'{event}'"))


def transitions(scope: Scope) -> list[Node]:
    """A table that grows, gets holes, is walked and emptied; what it holds is summed."""
    rng = scope.random
    name = scope.unique("g")
    steps: list[Node] = [line(f"local {name} = {rng.choice(('{}', '{ 1, 2, 3 }', '{ x = 1 }'))}")]
    for _ in range(rng.randint(2, 5)):
        low, high = rng.randint(-3, 5), rng.randint(1, 40)
        step = rng.choice((1, 1, 1, 2, 3, 0.5))
        value = rng.choice(("i", "i * 2", "nil", "-i", "i", '"s" .. i', "true"))
        key = rng.choice(("i", "i", "i", '"k" .. i', "i + 0.5", "i * 1000", "-i", "2 ^ (i % 60)"))
        steps.append(rng.choice((
            line(f"for i = {low}, {high}, {step} do {name}[{key}] = {value} end"),
            line(f"for i = {high}, {low}, -1 do {name}[{key}] = {value} end"),
            line(f"for k, e in pairs({name}) do if type(e) == 'number' and e % 2 == 0 then "
                 f"{name}[k] = nil else {name}[k] = 1 end end"),
            line(f"for k in pairs({name}) do {name}[k] = nil end"),
            line(f"for i = 1, {high} do rawset({name}, i, {value}) end"))))
        steps.append(line(f"T(summary({name}))"))
    return steps


def varargs(scope: Scope) -> list[Node]:
    """Calls with lists of values that are cut, extended and passed on."""
    rng = scope.random
    name = scope.unique("va")
    values = ", ".join(anything(scope, 1) for _ in range(rng.randint(0, 5)))
    uses = rng.choice((
        'return select("#", ...), ...', "return ..., 1", "return (...)",
        "local x, y = ... return y, x, select('#', ...)", "return select(-1, 0, ...)",
        "local t = { ... } return #{ n = 1, ... } >= 0, t[1], t[2]",
        "return (function(...) return select('#', ...) end)(..., nil)",
        "return unpack({ ... }, 1, select('#', ...))",
        "return pcall(select, 2, ...)", "local function f(...) return ... end return f(nil, ...)"))
    return [line(f"local function {name}(...) {uses} end"),
            line(f"T({name}({values}))"), line(f"T(({name}({values})))"),
            line(f"T(pcall({name}{', ' + values if values else ''}))")]


def load_text(scope: Scope) -> list[Node]:
    """An expression that is compiled at run time must give what it gives here."""
    value = num(scope.__class__(scope.random), 3)
    quoted = value.replace("\\", "\\\\").replace("'", "\\'")
    return [line(f"T({value}, assert(loadstring('return {quoted}'))())")]


def accumulate(scope: Scope) -> list[Node]:
    """Numeric loops whose sum runs over the borders of int32 and of exact doubles."""
    rng = scope.random
    name = scope.unique("acc")
    start = rng.choice(("2147483640", "-2147483640", "4294967290", "9007199254740985", "0", "1e15",
                        "0.5", "-0"))
    change = rng.choice(("{0} + i", "{0} - i", "{0} * 2", "{0} + 0.5", "{0} * -1", "{0} / 2",
                         "{0} + i * 2147483647", "{0} % 7 + i", "-{0} + i", "{0} - {0} % i",
                         "i - {0}"))
    return [line(f"local {name} = {start}"),
            line(f"for i = 1, {rng.randint(1, 20)} do {name} = {change.format(name)} end"),
            line(f"T({name}, {name} == math.floor({name}), {name} .. '')")]


def environment(scope: Scope) -> list[Node]:
    """Globals, read and written through an environment of their own."""
    rng = scope.random
    name = scope.unique("env")
    key = rng.choice(literals.KEYS)
    body = rng.choice((f"{key} = ({key} or 0) + 1 return {key}", f"return {key}, missing",
                       f"missing.x = {key}", f"{key} = nil return {key} == nil",
                       f"local {key} = 5 return {key}"))
    return [line(f"local {name} = {{ {key} = {num(scope, 1)} }}"),
            line(f"T(pcall(setfenv(function() {body} end, {name})))"), line(f"T({name}.{key})")]
