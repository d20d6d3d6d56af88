"""Features together: narrowing in loops, exits through several constructs, tables of structs."""

from __future__ import annotations

from lang.expect import gives, panics, prints, returns
from wrought.lang.core.decl import bitfield, bits, enum, struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, trunc, unroll, zeroed
from wrought.lang.core.scalars import Array, Fn, Ptr, Slice, f64, i64, u8, u16, u32, u64
from wrought.lang.core.static import constant, fn_table, percpu, static


@struct
class Tree:
    key: u32
    left: Ptr[Tree] | None
    right: Ptr[Tree] | None


@fn
def insert(root: Ptr[Tree], node: Ptr[Tree]) -> bool:
    p = root
    while True:
        if node.key == p.key:
            return False
        child = p.left if node.key < p.key else p.right
        if child is None:
            if node.key < p.key:
                p.left = node
            else:
                p.right = node
            return True
        p = child


@fn
def depth(p: Ptr[Tree] | None) -> u64:
    return 0 if p is None else 1 + max(depth(p.left), depth(p.right))


@fn
def contains(root: Ptr[Tree] | None, key: u32) -> bool:
    p = root
    while p is not None and p.key != key:
        p = p.left if key < p.key else p.right
    return p is not None


@returns((4, True, False, False))
@fn
def binary_tree() -> tuple[u64, bool, bool, bool]:
    nodes = zeroed(Array[Tree, 6])
    keys: Array[u32, 6] = (5, 2, 8, 9, 7, 1)
    for i, n in enumerate(nodes):
        n.key = keys[i]
    again = True
    for i in range(u64(1), 6):
        again = insert(addr_of(nodes[0]), addr_of(nodes[i]))
    again = insert(addr_of(nodes[0]), addr_of(nodes[2])) and again
    extra = Tree(10, None, None)
    insert(addr_of(nodes[0]), addr_of(extra))
    return depth(addr_of(nodes[0])), contains(addr_of(nodes[0]), 7), contains(None, 7), again


@fn
def value_or(p: Ptr[Tree] | None, q: Ptr[Tree] | None) -> u32:
    if p is None or p.key == 0:
        return q.key if q is not None else 0
    if q is not None and q.key > p.key:
        return q.key
    return p.key


@returns((0, 7, 9, 7))
@fn
def narrowing_in_conditions() -> tuple[u32, u32, u32, u32]:
    a = Tree(7, None, None)
    b = Tree(9, None, None)
    z = Tree(0, None, None)
    return (value_or(None, None), value_or(addr_of(z), addr_of(a)),
            value_or(addr_of(a), addr_of(b)), value_or(addr_of(a), None))


@enum(u8)
class Kind:
    NUMBER = 1
    TEXT = 2


@fn
def inc(x: u64) -> u64:
    return x + 1


@fn
def square(x: u64) -> u64:
    return x * x


@struct
class Row:
    kind: Kind
    name: Slice[u8]
    run: Fn[[u64], u64]
    weights: Array[u16, 3]


ROWS = constant(Array[Row, 2], (
    {"kind": Kind.NUMBER, "name": b"inc", "run": inc, "weights": (1, 2, 3)},
    {"kind": Kind.TEXT, "name": b"square", "run": square, "weights": (4, 5, 6)},
))
target = static(u32, 11)
where = static(Ptr[u32], target)


@prints("NUMBER inc 6 3\nTEXT square 25 6\n")
@fn
def table_of_structs() -> None:
    for row in ROWS:
        print(f"{row.kind} {row.name} {row.run(5)} {row.weights[2]}")


@returns((11, 12))
@fn
def static_pointer() -> tuple[u32, u32]:
    global target
    target = 11
    before = where[0]
    where[0] += 1
    return before, target


@gives(((1,), 1), ((4,), 25), ((9,), 99))
@fn
def match_in_loop(n: u64) -> u64:
    total: u64 = 0
    i: u64 = 0
    while True:
        i += 1
        match i:
            case 1:
                if n == 1:
                    return 1
                continue
            case 2 | 3:
                total += 1
            case 5:
                break
            case _ if n == 9:
                return 99
            case _:
                total += 20
        total += 1
    return total


@fn
def reverse(a: Array[u8, 4]) -> Array[u8, 4]:
    a[0], a[1], a[2], a[3] = a[3], a[2], a[1], a[0]
    return a


@returns((4, 1, 1, 3))
@fn
def arrays_by_value() -> tuple[u8, u8, u8, u8]:
    a: Array[u8, 4] = (1, 2, 3, 4)
    b = reverse(a)
    return b[0], b[3], a[0], reverse(b)[2]


@fn
def fill_big(n: u32) -> Array[u32, 20]:
    out = zeroed(Array[u32, 20])
    for i in range(u32(20)):
        out[i] = i * n
    return out


@returns((57, 38))
@fn
def large_array_result() -> tuple[u32, u32]:
    a = fill_big(3)
    b = fill_big(2)
    return a[19], b[19]


@returns((0, 0))
@fn
def empty_things() -> tuple[u64, u64]:
    a = zeroed(Array[u32, 0])
    n: u64 = 0
    for x in a:
        n += x
    for x in a[:]:
        n += x
    return n, len(a)


@panics("index 0 is out of range for length 0", 0)
@fn
def empty_index(i: u64) -> u32:
    a = zeroed(Array[u32, 0])
    return a[:][i]


@gives(((b"abcdef",), (3, 101, 2)))
@fn
def slices_of_slices(s: Slice[u8]) -> tuple[u64, u8, u64]:
    t = s[1:][1:5]
    u = t[:3]
    return len(u), u[2], len(t[2:])


@gives(((True,), (1, 2)), ((False,), (2, 1)))
@fn
def conditional_calls(c: bool) -> tuple[u64, u64]:
    a = inc(0) if c else square(1) + 1
    f = inc if c else square
    return a, f(1)


@gives(((255,), 255), ((3,), 3), ((0,), 0))
@fn
def whole_byte_range(n: u8) -> u64:
    count: u64 = 0
    for _ in range(n):
        count += 1
    return count


@bitfield(u16)
class Control:
    enable: bool = bits(0, 0)
    mode: u8 = bits(3, 1)
    count: u16 = bits(15, 4)


control = static(Control, 0)
ratio = static(f64, 0.5)
ready = static(bool)
slots = percpu(Array[u32, 4])


@returns((0x32B, 1.5, True, 7, 50))
@fn
def statics_of_all_kinds() -> tuple[u16, f64, bool, u32, u16]:
    global control, ratio, ready
    control = Control(mode=5, count=49)
    control.enable = True
    control.count += 1
    ratio = 0.5
    ratio += 1.0
    ready = False
    ready = not ready
    slots[2] = 7
    return u16(control), ratio, ready, slots[2], control.count


@returns((2, 3, 1))
@fn
def rotate_three() -> tuple[u8, u8, u8]:
    a: u8 = 1
    b: u8 = 2
    c: u8 = 3
    a, b, c = b, c, a
    return a, b, c


@fn
def find_first(s: Slice[u8], wanted: u8) -> tuple[bool, u64]:
    for i, x in enumerate(s):
        if x == wanted:
            return True, i
    return False, len(s)


@gives(((b"hello", 108), (True, 2)), ((b"hello", 122), (False, 5)))
@fn
def several_results(s: Slice[u8], wanted: u8) -> tuple[bool, u64]:
    found, at = find_first(s, wanted)
    return found, at


STEPS = fn_table(Fn[[u64], u64], [inc, square, inc])


@gives(((2,), 10))
@fn
def table_in_a_loop(x: u64) -> u64:
    n = x
    for i in range(u64(3)):
        n = STEPS[i](n)
    return n


@gives(((3,), (3, 6)))
@fn
def unrolled_table(x: u64) -> tuple[u64, u64]:
    total: u64 = 0
    count: u64 = 0
    for w in unroll((1, 2, 3)):
        total += w * 1
        count += 1
    return count, total + x - x


@fn
def gcd(a: u64, b: u64) -> u64:
    while b != 0:
        a, b = b, a % b
    return a


@gives(((48, 18), 6), ((0, 5), 5), ((17, 0), 17))
@fn
def parameters_can_change(a: u64, b: u64) -> u64:
    return gcd(a, b)


@gives(((b"-1234",), -1234), ((b"77x",), 77), ((b"",), 0))
@fn
def parse(s: Slice[u8]) -> i64:
    sign: i64 = 1
    at: u64 = 0
    if len(s) > 0 and s[0] == ord("-"):
        sign = -1
        at = 1
    value: i64 = 0
    while at < len(s) and ord("0") <= s[at] <= ord("9"):
        value = value * 10 + i64(s[at] - ord("0"))
        at += 1
    return sign * value


@gives(((1000,), 168))
@fn
def sieve(n: u64) -> u64:
    crossed = zeroed(Array[bool, 1000])
    count: u64 = 0
    for i in range(2, n):
        if crossed[i]:
            continue
        count += 1
        for j in range(i * i, n, 1):
            if j % i == 0:
                crossed[j] = True
    return count


@gives(((0x1_0002,), 3))
@fn
def shadowed_names(x: u64) -> u16:
    """A local may have the name of a function of this module."""
    square = trunc(u16, x)
    inc = square + 1
    return inc
