"""XENVER sub-operations (xen/public/version.h, features.h)."""

from __future__ import annotations

from wrought.lang.core.decl import enum, struct
from wrought.lang.core.scalars import Array, Untrusted, u8, u32, u64

MAJOR = 4
MINOR = 17
"""The version of Xen whose ABI is offered: what guests compare with."""

EXTRA_BYTES = 16
COMPILER_BYTES = 64
COMPILE_BY_BYTES = 16
COMPILE_DOMAIN_BYTES = 32
COMPILE_DATE_BYTES = 32
CAPABILITIES_BYTES = 1024
CHANGESET_BYTES = 64
COMMAND_LINE_BYTES = 1024
HANDLE_BYTES = 16


@enum(u32)
class Version:
    """What XENVER asks for."""

    VERSION = 0
    EXTRAVERSION = 1
    COMPILE_INFO = 2
    CAPABILITIES = 3
    CHANGESET = 4
    PLATFORM_PARAMETERS = 5
    GET_FEATURES = 6
    PAGESIZE = 7
    GUEST_HANDLE = 8
    COMMANDLINE = 9
    BUILD_ID = 10


@struct(size=144)
class CompileInfo:
    """Texts, NUL-terminated."""

    compiler: Array[u8, COMPILER_BYTES]
    by: Array[u8, COMPILE_BY_BYTES]
    domain: Array[u8, COMPILE_DOMAIN_BYTES]
    date: Array[u8, COMPILE_DATE_BYTES]


@struct(size=8)
class PlatformParameters:
    """Where the hypervisor lies in the guest's virtual space: nowhere, 0."""

    virt_start: u64


@struct(size=8)
class FeatureInfo:
    """32 feature bits of the block `index`."""

    index: Untrusted[u32]
    bits: u32


@struct(size=4)
class BuildId:
    """Bytes of room in, or bytes of the identity; they follow."""

    size: Untrusted[u32]


WRITABLE_PAGE_TABLES = 1 << 0
AUTO_TRANSLATED_PHYSMAP = 1 << 2
DOM0 = 1 << 11
MEMORY_OP_VNODE_SUPPORTED = 1 << 13
ARM_SMCCC_SUPPORTED = 1 << 14
NOT_DIRECT_MAPPED = 1 << 16
DIRECT_MAPPED = 1 << 17
"""Feature bits (XENFEAT_…), block 0."""
