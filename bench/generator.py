"""A large program in the style of real sources, for timing the front end."""

from __future__ import annotations

from pathlib import Path

MODULES, UNITS = 40, 6
"""Modules, and units in each; a unit is about 80 lines."""

_HEAD = '''\
"""Generated module {m}."""

from __future__ import annotations

{imports}
from wrought.lang.core.decl import bit, bitfield, bits, enum, struct
from wrought.lang.core.function import export, fn
from wrought.lang.core.intrinsics import addr_of, trunc, zeroed
from wrought.lang.core.scalars import Array, Ptr, Slice, u8, u16, u32, u64
from wrought.lang.core.static import static

LIMIT = {m} + 100
events = static(u64)


@enum(u8)
class Kind:
    """Sorts of requests."""

    READ = 1
    WRITE = 2
    FLUSH = 3
    RESET = 9

'''

_UNIT = '''
@bitfield(u32)
class Control{u}:
    """A register."""

    enable: bool = bit(0)
    kind: Kind = bits(7, 4)
    length: u16 = bits(23, 8)
    channel: u8 = bits(31, 28)


@struct
class Queue{u}:
    """A ring of requests."""

    items: Array[u64, 32]
    head: u32
    tail: u32
    control: Control{u}

    def is_full(self) -> bool:
        """Whether another item has no place."""
        return self.tail - self.head == 32

    def push(self, item: u64) -> bool:
        """Append; False where it is full."""
        if self.is_full():
            return False
        self.items[self.tail % 32] = item
        self.tail += 1
        return True


@fn
def parse_{u}(data: Slice[u8], q: Ptr[Queue{u}]) -> u64:
    """Read numbers from text."""
    value: u64 = 0
    taken: u64 = 0
    for i, c in enumerate(data):
        if 48 <= c <= 57:
            value = value * 10 + (c - 48)
        elif c == 10:
            if not q.push(value) or taken > LIMIT:
                break
            taken += 1
            value = 0
        elif i + 1 < len(data) and data[i + 1] == c:
            value ^= i
    return taken


@fn
def serve_{u}(q: Ptr[Queue{u}], word: u32) -> u64:
    """Do what a control word asks for."""
    global events
    events += 1
    control = Control{u}(word)
    total: u64 = 0
    match control.kind:
        case Kind.READ:
            while q.head != q.tail:
                total += q.items[q.head % 32]
                q.head += 1
        case Kind.WRITE:
            for n in range(control.length):
                if not q.push(n * 3 + {u}):
                    return total + n
        case Kind.FLUSH | Kind.RESET:
            q.head = q.tail
            q.control.enable = False
            q.control.length = trunc(u16, word)
        case _:
            assert control.enable, "a disabled queue got an unknown request"
    return total + {call}
'''

_LAST = '''

@export
@fn
def run_{m}(data: Slice[u8], word: u32) -> u64:
    """Everything in this module."""
    total: u64 = {before}
{calls}
    return total
'''


def module(m: int) -> str:
    """The source text of module number `m`."""
    imports = f"from generated_{m - 1} import run_{m - 1}\n" if m else ""
    text = _HEAD.format(m=m, imports=imports)
    for u in range(UNITS):
        call = f"parse_{u}(b\"1\", q)"
        text += "\n" + _UNIT.format(u=u, call=call)
    calls = "\n".join(f"    queue_{u} = zeroed(Queue{u})\n"
                      f"    total += parse_{u}(data, addr_of(queue_{u}))\n"
                      f"    total += serve_{u}(addr_of(queue_{u}), word + {u})"
                      for u in range(UNITS))
    before = f"run_{m - 1}(data, word)" if m else "0"
    return text + _LAST.format(m=m, calls=calls, before=before)


def write_program(folder: Path) -> int:
    """Write all modules to `folder`; the number of their lines."""
    lines = 0
    for m in range(MODULES):
        text = module(m)
        (folder / f"generated_{m}.py").write_text(text)
        lines += text.count("\n")
    return lines
