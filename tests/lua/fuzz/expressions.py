"""Random expressions of a wanted type."""

from __future__ import annotations

from collections.abc import Callable

from lua.fuzz import literals
from lua.fuzz.scope import Scope

ARITHMETIC = ("+", "-", "*", "/", "%")
COMPARISONS = ("<", "<=", ">", ">=", "==", "~=")


def num(scope: Scope, depth: int = 3) -> str:
    """A number."""
    rng = scope.random
    if depth <= 0 or rng.random() < 0.2:
        found = scope.find("num") if rng.random() < 0.7 else None
        return found or literals.number(rng)
    return rng.choice(_NUM)(scope, depth - 1)


def text(scope: Scope, depth: int = 3) -> str:
    """A string."""
    rng = scope.random
    if depth <= 0 or rng.random() < 0.2:
        found = scope.find("str") if rng.random() < 0.7 else None
        return found or f"({literals.string(rng)})"
    return rng.choice(_STR)(scope, depth - 1)


def truth(scope: Scope, depth: int = 3) -> str:
    """A condition, mostly a boolean."""
    rng = scope.random
    if depth <= 0 or rng.random() < 0.1:
        return scope.find("bool") or rng.choice(("true", "false", "nil"))
    return rng.choice(_BOOL)(scope, depth - 1)


def scalar(scope: Scope, depth: int = 2) -> str:
    """A number, string, boolean or nil."""
    return scope.random.choice((num, num, text, text, truth))(scope, depth)


def anything(scope: Scope, depth: int = 2) -> str:
    """A value of any type."""
    rng = scope.random
    found = scope.find("arr", "tab", "fn", "any", "num", "str", "bool")
    if found and rng.random() < 0.5:
        return found
    if rng.random() < 0.02:
        return f"({wrong(scope, depth)})"
    return rng.choice((scalar, scalar, array, table, lambda s, d: "nil",
                       lambda s, d: "print"))(scope, depth)


def array(scope: Scope, depth: int = 2) -> str:
    """A constructor of a sequence of numbers and strings."""
    rng = scope.random
    items = [rng.choice((num, text))(scope, depth - 1) for _ in range(rng.randint(0, 5))]
    if scope.vararg and rng.random() < 0.1:
        items.append("(num(...))")
    return "{ " + ", ".join(items) + " }" if items else "{}"


def table(scope: Scope, depth: int = 2) -> str:
    """A constructor of a table with names as keys."""
    rng = scope.random
    fields = []
    # No key twice: LuaJIT stores constant fields first, whatever their order.
    for key in rng.sample(literals.KEYS, rng.randint(0, 4)):
        value = scalar(scope, depth - 1)
        fields.append(rng.choice((f"{key} = {value}", f'["{key}"] = {value}')))
    return "{ " + ", ".join(fields) + " }" if fields else "{}"


def wrong(scope: Scope, depth: int = 1) -> str:
    """An operation that may well be refused."""
    rng = scope.random
    left = scope.find("tab", "arr", "fn", "any", "str", "bool") or "(nil)"
    other = rng.choice((num, text, truth))(scope, depth - 1)
    operator = rng.choice((*ARITHMETIC, "..", "<", "<=", "=="))
    forms = (f"{left} {operator} {other}", f"{other} {operator} {left}", f"- {left}", f"#{left}",
             f"{left}.x", f"{left}.x.y", f"{left}()", f"{left}:x()", f"{left}[{other}]",
             f"{left}.x + 1", "undefined_global", "undefined_global.x", "undefined_global()",
             f"string.rep({left}, {other})", f"math.floor({left})", f"setmetatable({left}, {{}})")
    return rng.choice(forms)


def index(scope: Scope, depth: int = 1) -> str:
    """An index that is often inside a short sequence."""
    rng = scope.random
    return rng.choice((str(rng.randint(-1, 6)), str(rng.randint(1, 4)), num(scope, depth)))


def _binary(scope: Scope, depth: int) -> str:
    return f"({num(scope, depth)} {scope.random.choice(ARITHMETIC)} {num(scope, depth)})"


def _power(scope: Scope, depth: int) -> str:
    rng = scope.random
    if rng.random() < 0.3:
        return f"(2 ^ {rng.randint(-60, 60)})"
    return f"({num(scope, depth)} ^ {rng.choice(('2', '0', '1', '0.5'))})"


def _math(scope: Scope, depth: int) -> str:
    name = scope.random.choice(("floor", "ceil", "abs", "sqrt", "floor"))
    return f"math.{name}({num(scope, depth)})"


def _math2(scope: Scope, depth: int) -> str:
    name = scope.random.choice(("max", "min", "fmod"))
    return f"math.{name}({num(scope, depth)}, {num(scope, depth)})"


def _bits(scope: Scope, depth: int) -> str:
    rng = scope.random
    a, b = small(scope, depth), small(scope, depth)
    if rng.random() < 0.3:
        return f"bit.{rng.choice(('bnot', 'tobit', 'bswap'))}({a})"
    name = rng.choice(("band", "bor", "bxor", "lshift", "rshift", "arshift", "rol", "ror"))
    return f"bit.{name}({a}, {b})"


def small(scope: Scope, depth: int) -> str:
    """A number within 2^51, for which bit operations are defined; no NaN."""
    return f"whole({num(scope, depth)})"


def _element(scope: Scope, depth: int) -> str:
    name = scope.find("arr")
    return f"num({name}[{index(scope)}])" if name else num(scope, depth)


def _field(scope: Scope, depth: int) -> str:
    name = scope.find("tab")
    return f"num({name}.{scope.random.choice(literals.KEYS)})" if name else num(scope, depth)


def _length(scope: Scope, depth: int) -> str:
    name = scope.find("arr", "str")
    return f"#{name}" if name else f"#{text(scope, depth)}"


def _call(scope: Scope, depth: int) -> str:
    name = scope.find("fn")
    if not name:
        return num(scope, depth)
    count = scope.random.randint(0, 3)
    return f"num({name}({', '.join(num(scope, depth) for _ in range(count))}))"


def _parse(scope: Scope, depth: int) -> str:
    rng = scope.random
    return rng.choice((f"num(tonumber({text(scope, depth)}))",
                       f"num(tonumber({text(scope, depth)}, {rng.choice((2, 8, 10, 16, 36))}))",
                       f"num({text(scope, depth)}:byte({index(scope)}))",
                       f"num({text(scope, depth)}:find({literals.pattern(rng)}))"))


def _varargs(scope: Scope, depth: int) -> str:
    if not scope.vararg:
        return num(scope, depth)
    return scope.random.choice(('select("#", ...)', "num((...))", "num(select(2, ...))"))


def _choose_num(scope: Scope, depth: int) -> str:
    return f"({truth(scope, depth)} and {num(scope, depth)} or {num(scope, depth)})"


def _join(scope: Scope, depth: int) -> str:
    rng = scope.random
    parts = [rng.choice((text, text, num))(scope, depth) for _ in range(rng.randint(2, 4))]
    return "(" + " .. ".join([text(scope, depth), *parts]) + ")"


def _part(scope: Scope, depth: int) -> str:
    return f"{text(scope, depth)}:sub({index(scope)}, {index(scope)})"


def _method(scope: Scope, depth: int) -> str:
    return f"{text(scope, depth)}:{scope.random.choice(('upper', 'lower', 'reverse'))}()"


def _repeat(scope: Scope, depth: int) -> str:
    rng = scope.random
    separator = rng.choice(("", ', ","', ', ""'))
    return f"{text(scope, depth)}:rep({rng.randint(-1, 4)}{separator})"


def _show(scope: Scope, depth: int) -> str:
    return f"tostring({scalar(scope, depth)})"


def _format(scope: Scope, depth: int) -> str:
    rng = scope.random
    kind = rng.random()
    if kind < 0.5:
        return f'("{literals.number_format(rng)}"):format(whole({num(scope, depth)}) % 1000)'
    if kind < 0.8:
        form = rng.choice(("%.14g", "%.17g", "%g", "%5.2f", "%e", "%10.3g", "%-8.1f|", "%+.0f"))
        return f'("{form}"):format({num(scope, depth)})'
    form = rng.choice(("%s", "%q", "%10s", "%-5s|", "%.3s"))
    return f'("{form}"):format({text(scope, depth)})'


def _replace(scope: Scope, depth: int) -> str:
    rng = scope.random
    limit = f", {rng.randint(0, 3)}" if rng.random() < 0.2 else ""
    return (f"({text(scope, depth)}:gsub({literals.pattern(rng)}, "
            f"{literals.replacement(rng)}{limit}))")


def _match(scope: Scope, depth: int) -> str:
    return f"tostring({text(scope, depth)}:match({literals.pattern(scope.random)}))"


def _concat(scope: Scope, depth: int) -> str:
    name = scope.find("arr")
    return f"table.concat({name}, {literals.string(scope.random)})" if name else _join(scope, depth)


def _type(scope: Scope, depth: int) -> str:
    return f"type({anything(scope, depth)})"


def _compare(scope: Scope, depth: int) -> str:
    make: Callable[[Scope, int], str] = scope.random.choice((num, num, text))
    return f"({make(scope, depth)} {scope.random.choice(COMPARISONS)} {make(scope, depth)})"


def _equal(scope: Scope, depth: int) -> str:
    operator = scope.random.choice(("==", "~="))
    return f"({scalar(scope, depth)} {operator} {scalar(scope, depth)})"


def _logic(scope: Scope, depth: int) -> str:
    return f"({truth(scope, depth)} {scope.random.choice(('and', 'or'))} {truth(scope, depth)})"


def _not(scope: Scope, depth: int) -> str:
    return f"(not {truth(scope, depth)})"


_NUM = (_binary, _binary, _binary, _binary, _power, _math, _math2, _bits, _element, _element,
        _field, _length, _call, _call, _parse, _varargs, _choose_num,
        lambda s, d: f"(- {num(s, d)})")
_STR = (_join, _join, _part, _method, _repeat, _show, _format, _format, _replace, _match, _concat,
        _type)
_BOOL = (_compare, _compare, _compare, _equal, _logic, _logic, _not)
