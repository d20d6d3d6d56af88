"""Where a bare-metal image's parts lie: options and the linker script made from them."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1 << 20
IMAGE_ALIGN = 2 * MEGABYTE
"""Linux's arm64 boot protocol places an Image at a multiple of this."""

_FLAGS = 0b1010
"""Header flags: little endian, 4 KiB pages, anywhere in memory (Linux,
Documentation/arch/arm64/booting.rst, section 4)."""
_MAGIC = 0x644D_5241
"""`ARM\\x64`."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How to lay out an image.

    The program finds its parts by symbols: `__image_start`, `__text_start`, `__text_end`,
    likewise `rodata`, `data`, `percpu`, `bss`, then `__stack_bottom`, `__stack_top`,
    `__image_end`; with `pie` also `__rela_start`, `__rela_end`, with `packed` `__relr_start`,
    `__relr_end`.
    """

    base: int = 0
    """The address that the image is linked at."""
    entry: str = "_start"
    stack: int = 64 << 10
    """Bytes of boot stack, below `__stack_top`."""
    page: int = 4096
    """Every segment starts at a multiple of it."""
    limit: int | None = None
    """Bytes that the image may take in memory, stack included."""
    linux_header: bool = False
    """Begin with the 64-byte header of a Linux arm64 Image, so that boot loaders take it."""
    pie: bool = False
    """Position independent: the program applies the relocations itself before it uses tables."""
    packed: bool = False
    """Most of these relocations come in the packed form, `.relr.dyn`, an eighth of a byte each
    (ELF gABI, SHT_RELR)."""
    script: str | None = None
    """The user's own linker script, which replaces the one made here."""


def linker_script(layout: Layout) -> str:
    """The script for `ld.lld`."""
    if layout.script is not None:
        return layout.script
    page = layout.page
    return f"""\
ENTRY({layout.entry})
PHDRS {{ text PT_LOAD FLAGS(5); rodata PT_LOAD FLAGS(4); data PT_LOAD FLAGS(6);{_dynamic(layout)} }}
SECTIONS {{
  . = {layout.base:#x};
  __image_start = .;
  .text : {{
    __text_start = .;{_header(layout)}
    *(.text.boot) *(.text .text.*)
    __text_end = .;
  }} :text
  . = ALIGN({page});
  .rodata : {{ __rodata_start = .; *(.rodata .rodata.*) }} :rodata{_relocations(layout)}
  __rodata_end = .;
  . = ALIGN({page});
  .data : {{ __data_start = .; *(.data.rel.ro .data.rel.ro.*) *(.got .got.plt) *(.data .data.*) }}
    :data
  .percpu : ALIGN(64) {{
    __percpu_start = .; *(.percpu .percpu.*) . = ALIGN(64); __percpu_end = .;
  }} :data
  __data_end = .;
  . = ALIGN({page});
  .bss (NOLOAD) : {{ __bss_start = .; *(.bss .bss.*) *(COMMON) . = ALIGN(16); __bss_end = .; }}
    :data
  .stack (NOLOAD) : ALIGN({page}) {{
    __stack_bottom = .; . += {layout.stack:#x}; __stack_top = .;
  }} :data
  . = ALIGN({page});
  __image_end = .;
  /DISCARD/ : {{ *(.comment) *(.note.*) *(.eh_frame) *(.stack_sizes) *(.llvm_addrsig) }}
}}
"""


def _header(layout: Layout) -> str:
    """A branch over the header, then text_offset, image_size, flags, magic."""
    if not layout.linux_header:
        return ""
    return f"""
    LONG(0x14000000 + ((({layout.entry} - __text_start) >> 2) & 0x3ffffff)) LONG(0)
    QUAD(0) QUAD(__image_end - __image_start) QUAD({_FLAGS})
    QUAD(0) QUAD(0) QUAD(0) LONG({_MAGIC:#x}) LONG(0)"""


def _dynamic(layout: Layout) -> str:
    return " dynamic PT_DYNAMIC FLAGS(4);" if layout.pie else ""


def _relocations(layout: Layout) -> str:
    if not layout.pie:
        return ""
    return """
  .rela.dyn : { __rela_start = .; *(.rela.dyn) __rela_end = .; } :rodata
  .relr.dyn : { __relr_start = .; *(.relr.dyn) __relr_end = .; } :rodata
  .dynamic : { *(.dynamic) } :rodata :dynamic
  .dynsym : { *(.dynsym) } :rodata
  .dynstr : { *(.dynstr) } :rodata
  .gnu.hash : { *(.gnu.hash) } :rodata
  .hash : { *(.hash) } :rodata"""
