"""Shared libraries: the hosted half, over C's dlopen.  What `package.loadlib` asks for."""

from __future__ import annotations

from wrought.lang.core.function import extern, fn, unsafe
from wrought.lang.core.intrinsics import slice_from
from wrought.lang.core.scalars import Ptr, Slice, Void, i32, u8
from wrought.lua.vm.system import strlen

RTLD_NOW = 2
RTLD_GLOBAL = 0x100
"""As both C libraries for Linux number them."""


@extern
def dlopen(name: Ptr[u8], flags: i32) -> Ptr[Void] | None: ...


@extern
def dlsym(handle: Ptr[Void], name: Ptr[u8]) -> Ptr[Void] | None: ...


@extern
def dlerror() -> Ptr[u8] | None: ...


@fn
def open_shared(name: Ptr[u8], shared: bool) -> Ptr[Void] | None:
    """Load a library by a name that ends with a zero byte; `shared` lets others use its symbols.
    """
    return dlopen(name, RTLD_NOW | RTLD_GLOBAL if shared else RTLD_NOW)


@unsafe
@fn
def dynamic_error() -> Slice[u8]:
    """What the loader says about the call that failed."""
    # SAFETY: the text is valid until the loader's next call.
    text = dlerror()
    if text is None:
        return b"dynamic libraries not enabled; check your Lua installation"
    return slice_from(text, strlen(text))
