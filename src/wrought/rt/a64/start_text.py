"""Assembler text that entries of images share; all of it keeps x0, the device tree's address.

The relocations are those of an image linked at 0 with `Layout(pie=True)`: place and addend are
relative to the image's start, which is where it runs.
"""

from __future__ import annotations

RELR_RUN = 63 * 8
"""Bytes that a bitmap of packed relocations speaks of (ELF gABI, SHT_RELR)."""

CLEAR_BSS = """
        adrp x10, __bss_start
        add x10, x10, :lo12:__bss_start
        adrp x11, __bss_end
        add x11, x11, :lo12:__bss_end
    1:  cmp x10, x11
        b.hs 2f
        stp xzr, xzr, [x10], #16
        b 1b
    2:
"""

RELOCATE = """
        adrp x10, __image_start
        add x10, x10, :lo12:__image_start
        adrp x11, __rela_start
        add x11, x11, :lo12:__rela_start
        adrp x12, __rela_end
        add x12, x12, :lo12:__rela_end
    1:  cmp x11, x12
        b.hs 2f
        ldp x13, x14, [x11], #16
        ldr x15, [x11], #8
        add x15, x15, x10
        str x15, [x10, x13]
        b 1b
    2:
"""
"""Those in `.rela.dyn`, all R_AARCH64_RELATIVE (ELF for the Arm 64-bit Architecture, 5.7.7);
leaves the image's start in x10."""

RELOCATE_PACKED = f"""
        adrp x11, __relr_start
        add x11, x11, :lo12:__relr_start
        adrp x12, __relr_end
        add x12, x12, :lo12:__relr_end
    1:  cmp x11, x12
        b.hs 6f
        ldr x14, [x11], #8
        tbnz x14, #0, 2f
        add x13, x14, x10
        ldr x15, [x13]
        add x15, x15, x10
        str x15, [x13], #8
        b 1b
    2:  lsr x14, x14, #1
        mov x9, x13
        add x13, x13, #{RELR_RUN}
    3:  cbz x14, 1b
        tbz x14, #0, 4f
        ldr x15, [x9]
        add x15, x15, x10
        str x15, [x9]
    4:  lsr x14, x14, #1
        add x9, x9, #8
        b 3b
    6:
"""
"""Those in `.relr.dyn`, of `Layout(packed=True)`; after `RELOCATE`."""
