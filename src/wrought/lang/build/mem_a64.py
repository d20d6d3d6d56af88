"""The four memory functions that LLVM may call on its own, for bare-metal images without them.

They are linked only where the program defines none.  Plain loops: a program that copies much
brings its own.  No alignment is assumed, so that they run with the MMU off on 8-byte-aligned
blocks as well as on bytes.
"""

from __future__ import annotations

_FUNCTIONS = {
    "memcpy": """
        mov x3, x0
        orr x4, x0, x1
        orr x4, x4, x2
        tst x4, #7
        b.ne 2f
    1:  cbz x2, 3f
        ldr x4, [x1], #8
        str x4, [x3], #8
        sub x2, x2, #8
        b 1b
    2:  cbz x2, 3f
        ldrb w4, [x1], #1
        strb w4, [x3], #1
        sub x2, x2, #1
        b 2b
    3:  ret""",
    "memmove": """
        cmp x0, x1
        b.ls memcpy
    1:  cbz x2, 2f
        sub x2, x2, #1
        ldrb w4, [x1, x2]
        strb w4, [x0, x2]
        b 1b
    2:  ret""",
    "memset": """
        mov x3, x0
        orr x4, x0, x2
        tst x4, #7
        b.ne 2f
        and x1, x1, #0xff
        mov x4, #0x0101010101010101
        mul x1, x1, x4
    1:  cbz x2, 3f
        str x1, [x3], #8
        sub x2, x2, #8
        b 1b
    2:  cbz x2, 3f
        strb w1, [x3], #1
        sub x2, x2, #1
        b 2b
    3:  ret""",
    "memcmp": """
    1:  cbz x2, 2f
        ldrb w3, [x0], #1
        ldrb w4, [x1], #1
        sub x2, x2, #1
        cmp w3, w4
        b.eq 1b
        sub w0, w3, w4
        ret
    2:  mov w0, #0
        ret""",
}


def assembly(name: str) -> str:
    """One function as a whole assembler file."""
    return f""".text
.globl {name}
.type {name}, %function
.p2align 4
{name}:{_FUNCTIONS[name]}
.size {name}, . - {name}
"""


NAMES = tuple(_FUNCTIONS)
