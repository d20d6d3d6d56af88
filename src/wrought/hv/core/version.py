"""xen_version: who the hypervisor is, and what it offers (xen/public/version.h)."""

from __future__ import annotations

from wrought.hv.abi.address import PAGE
from wrought.hv.abi.version import (
    ARM_SMCCC_SUPPORTED,
    AUTO_TRANSLATED_PHYSMAP,
    CAPABILITIES_BYTES,
    CHANGESET_BYTES,
    COMMAND_LINE_BYTES,
    COMPILE_BY_BYTES,
    COMPILE_DATE_BYTES,
    COMPILE_DOMAIN_BYTES,
    COMPILER_BYTES,
    DIRECT_MAPPED,
    DOM0,
    EXTRA_BYTES,
    HANDLE_BYTES,
    MAJOR,
    MEMORY_OP_VNODE_SUPPORTED,
    MINOR,
    NOT_DIRECT_MAPPED,
    WRITABLE_PAGE_TABLES,
    FeatureInfo,
    PlatformParameters,
    Version,
)
from wrought.hv.abi.xen import Errno
from wrought.hv.core.call_table import HARDWARE, Operation, by_number
from wrought.hv.core.domain import Vcpu
from wrought.hv.core.guest_memory import read_struct, write_guest, write_struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, trunc, zeroed
from wrought.lang.core.scalars import Array, Fn, Ptr, Slice, Untrusted, i64, u8, u32, u64
from wrought.lang.core.static import constant, fn_table, static

FEATURES = (WRITABLE_PAGE_TABLES | AUTO_TRANSLATED_PHYSMAP | MEMORY_OP_VNODE_SUPPORTED
            | ARM_SMCCC_SUPPORTED)


def padded(text: bytes, size: int) -> list[int]:
    """A text that ends with NUL and fills `size` bytes."""
    assert len(text) < size
    return list(text.ljust(size, b"\0"))


EXTRA = constant(Array[u8, EXTRA_BYTES], padded(b"-wrought", EXTRA_BYTES))
COMPILE = constant(
    Array[u8, COMPILER_BYTES + COMPILE_BY_BYTES + COMPILE_DOMAIN_BYTES + COMPILE_DATE_BYTES],
    padded(b"wrought.lang through LLVM", COMPILER_BYTES) + padded(b"wrought", COMPILE_BY_BYTES)
    + padded(b"", COMPILE_DOMAIN_BYTES) + padded(b"", COMPILE_DATE_BYTES))
"""A CompileInfo.  The date is empty, so that an image depends on its sources alone."""
CAPABILITIES = constant(Array[u8, CAPABILITIES_BYTES],
                        padded(b"xen-3.0-aarch64", CAPABILITIES_BYTES))
CHANGESET = constant(Array[u8, CHANGESET_BYTES], padded(b"unavailable", CHANGESET_BYTES))
DENIED = constant(Array[u8, COMMAND_LINE_BYTES], padded(b"<denied>", COMMAND_LINE_BYTES))
HANDLE = constant(Array[u8, HANDLE_BYTES], [0] * HANDLE_BYTES)
command_line = static(Array[u8, COMMAND_LINE_BYTES])
"""The hypervisor's own, NUL-terminated."""


@fn
def set_command_line(text: Slice[u8]) -> None:
    """Keep the boot command line, cut to what the ABI has room for."""
    n = min(len(text), COMMAND_LINE_BYTES - 1)
    command_line[:n].copy_from(text[:n])
    command_line[n] = 0


@fn
def give(vcpu: Ptr[Vcpu], to: Untrusted[u64], text: Slice[u8]) -> i64:
    """Copy out."""
    return 0 if write_guest(vcpu, to, text) else i64(Errno.EFAULT)


@fn
def version(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """Major number in bits 31:16, minor in 15:0."""
    return MAJOR << 16 | MINOR


@fn
def extraversion(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """16 bytes."""
    return give(vcpu, arg, EXTRA[:])


@fn
def compile_info(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """A CompileInfo."""
    return give(vcpu, arg, COMPILE[:])


@fn
def capabilities(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """1024 bytes."""
    return give(vcpu, arg, CAPABILITIES[:])


@fn
def changeset(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """64 bytes."""
    return give(vcpu, arg, CHANGESET[:])


@fn
def platform_parameters(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """A PlatformParameters."""
    value = PlatformParameters(0)
    return 0 if write_struct(vcpu, arg, addr_of(value)) else i64(Errno.EFAULT)


@fn
def features_of(vcpu: Ptr[Vcpu]) -> u32:
    """Feature bits of block 0: guest RAM of the hardware domain is mapped one to one."""
    return FEATURES | (DOM0 | DIRECT_MAPPED if vcpu.domain.hardware else NOT_DIRECT_MAPPED)


@fn
def get_features(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """A FeatureInfo, in and out; there is block 0 only."""
    info = zeroed(FeatureInfo)
    if not read_struct(vcpu, arg, addr_of(info)):
        return i64(Errno.EFAULT)
    if info.index != 0:
        return i64(Errno.EINVAL)
    info.bits = features_of(vcpu)
    return 0 if write_struct(vcpu, arg, addr_of(info)) else i64(Errno.EFAULT)


@fn
def pagesize(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """4096; the argument must be 0."""
    return PAGE if arg == 0 else i64(Errno.EINVAL)


@fn
def guest_handle(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """16 bytes that a toolstack gave the domain: zeros."""
    return give(vcpu, arg, HANDLE[:])


@fn
def commandline(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """1024 bytes; only the hardware domain may know."""
    return give(vcpu, arg, command_line[:] if vcpu.domain.hardware else DENIED[:])


@fn
def build_id(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """There is none."""
    return i64(Errno.ENODATA) if vcpu.domain.hardware else i64(Errno.EPERM)


@fn
def no_version(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """A hole in the numbers."""
    return i64(Errno.ENOSYS)


OPERATIONS = (
    Operation(Version.VERSION, "version", version,
              "The version of the ABI, 4.17: major << 16 | minor."),
    Operation(Version.EXTRAVERSION, "extraversion", extraversion,
              "The text behind the version, 16 bytes: `-wrought`.", "EFAULT"),
    Operation(Version.COMPILE_INFO, "compile_info", compile_info,
              "What the hypervisor was made with; no date.", "EFAULT"),
    Operation(Version.CAPABILITIES, "capabilities", capabilities,
              "Kinds of guests, 1024 bytes: `xen-3.0-aarch64`.", "EFAULT"),
    Operation(Version.CHANGESET, "changeset", changeset, "64 bytes: `unavailable`.", "EFAULT"),
    Operation(Version.PLATFORM_PARAMETERS, "platform_parameters", platform_parameters,
              "Where the hypervisor lies in the guest's virtual space: 0.", "EFAULT"),
    Operation(Version.GET_FEATURES, "get_features", get_features,
              "Feature bits, 32 at a time.", "EFAULT, EINVAL for a block other than 0"),
    Operation(Version.PAGESIZE, "pagesize", pagesize, "4096.",
              "EINVAL when there is an argument"),
    Operation(Version.GUEST_HANDLE, "guest_handle", guest_handle,
              "The domain's UUID, 16 bytes: zeros.", "EFAULT"),
    Operation(Version.COMMANDLINE, "commandline", commandline,
              "The hypervisor's command line, 1024 bytes; `<denied>` for others than the "
              "hardware domain.", "EFAULT"),
    Operation(Version.BUILD_ID, "build_id", build_id, "Not kept.",
              "ENODATA, EPERM", HARDWARE),
)
VERSIONS = fn_table(Fn[[Ptr[Vcpu], Untrusted[u64]], i64], by_number(OPERATIONS, no_version))


@fn
def xen_version(vcpu: Ptr[Vcpu], command: Untrusted[u64], arg: Untrusted[u64],
                a2: Untrusted[u64], a3: Untrusted[u64], a4: Untrusted[u64]) -> i64:
    """The hypercall."""
    op = trunc(u32, command)
    if op < len(VERSIONS):
        return VERSIONS[u64(op)](vcpu, arg)
    return i64(Errno.ENOSYS)
