"""Random calls of the functions of math, bit, table and os, as one Lua program."""

from __future__ import annotations

import random

NUMBERS = ["0", "-0.0", "1", "-1", "2", "3", "7", "-8", "0.5", "1.5", "2.5", "-2.5", "1e10",
           "1/0", "-1/0", "0/0", "2^31", "-2^31", "2^31 - 1", "2^32", "2^32 + 5", "2^51", "2^53",
           "1e300", "5e-324", "255", "1000", "4294967295.5", '"2"', '" 0x10 "']
OTHERS = ["nil", "{}", "true", '"x"', "print", '""']

MATH = ("abs floor ceil sqrt log10 exp sin cos tan asin acos atan sinh cosh tanh frexp modf log "
        "deg rad atan2 pow fmod ldexp min max").split()
BIT = "tobit bnot bswap lshift rshift arshift rol ror band bor bxor tohex".split()
TABLE = "concat insert remove maxn getn move unpack".split()

LISTS = ["{}", "{1}", "{1, 2, 3}", '{"a", 2.5, "c", -7}', "{1, {}, 3}", "{x = 1, [10] = 2}",
         "{[1.5] = 1, [-3] = 2}", "{true}", '{"only"}']

PRELUDE = """
local function text(v)
  if type(v) == "table" then
    local o = {}
    for i = -12, 12 do o[#o + 1] = v[i] == nil and "" or tostring(v[i]):match("^[^:]*") end
    return "{" .. table.concat(o, ",") .. "}"
  end
  return type(v) == "number" and ("%.14g"):format(v) .. (v == 0 and 1 / v < 0 and "-" or "")
    or (tostring(v):gsub(": 0x%x+", ""))
end
local function show(name, first, ...)
  local function results(...)
    local o = {}
    for i = 1, select("#", ...) do o[i] = text((select(i, ...))) end
    print(name, table.concat(o, " "), text(first))
  end
  local f = name == "unpack" and unpack
    or (loadstring or load)("return " .. name)()
  results(pcall(f, first, ...))
end
local function show_none(name) print(name, pcall((loadstring or load)("return " .. name)())) end
"""


def arguments(r: random.Random, most: int) -> list[str]:
    """Numbers, now and then something else."""
    return [r.choice(OTHERS) if r.random() < 0.1 else r.choice(NUMBERS)
            for _ in range(r.randrange(1, most + 1))]


def number_call(r: random.Random) -> str:
    """A call of a function of math or bit."""
    name = "math." + r.choice(MATH) if r.random() < 0.6 else "bit." + r.choice(BIT)
    if r.random() < 0.03:
        return f'show_none("{name}")'
    most = 4 if name.endswith(("min", "max", "band", "bor", "bxor")) else 2
    return f'show("{name}", {", ".join(arguments(r, most))})'


def list_call(r: random.Random) -> str:
    """A call of a function of table, with short ranges.

    None has fractions: LuaJIT takes them for integers only where its numbers are dual.
    """
    name = r.choice(TABLE)
    first = r.choice(OTHERS) if r.random() < 0.08 else r.choice(LISTS)
    small = ["1", "2", "3", "0", "-1", "5", '"2"', "nil"]
    more = [r.choice(OTHERS) if r.random() < 0.08 else r.choice(small)
            for _ in range(r.randrange(5))]
    if name == "concat" and more:
        more[0] = r.choice(['", "', '""', "0", "nil", "{}"])
    if name == "move" and len(more) > 3:
        more[3] = r.choice(LISTS)
    full = name if name == "unpack" else f"table.{name}"
    return f'show({", ".join([chr(34) + full + chr(34), first, *more])})'


def time_call(r: random.Random) -> str:
    """os.date and os.time in UTC."""
    if r.random() < 0.5:
        letters = "aAbBcdDeFgGhHIjmMprRStTuUVwWxXyYzZ%"
        wanted = "".join(f"%{r.choice(letters)} " for _ in range(r.randrange(1, 5)))
        seconds = r.choice([0, -1, 1e9, 2**31, 253402300799, -62135596800, 1.9]
                           + [r.randrange(-10**10, 10**10)])
        return f'show("os.date", "!{wanted}", {seconds})'
    fields = {"year": r.choice([1970, 2000, 1999, 1800, 3000, '"2001"', "{}"]),
              "month": r.choice([1, 2, 12, 13, 0, -5, 2.5]), "day": r.choice([1, 31, 0, -40, 400]),
              "hour": r.choice([0, 12, 25, -3]), "min": r.choice([0, 59, 61]),
              "sec": r.choice([0, 60, -1])}
    kept = [f"{name} = {value}" for name, value in fields.items() if r.random() < 0.85]
    return f'print("os.time", pcall(os.time, {{{", ".join(kept)}}}))'


MAKERS = {"numbers": number_call, "lists": list_call, "time": time_call}


def program(kind: str, seed: int, count: int) -> tuple[list[str], str]:
    """Random calls and the program that makes them; each prints one line."""
    r = random.Random(f"{kind} {seed}")
    calls = [MAKERS[kind](r) for _ in range(count)]
    return calls, PRELUDE + "\n".join(calls) + "\n"
