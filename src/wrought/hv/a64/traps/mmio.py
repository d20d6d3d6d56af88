"""Accesses to addresses where stage 2 has nothing: emulated devices, or an abort for the guest.

Arm ARM DDI 0487, D24.2.40, ISS for a data abort; D24.2.52, HPFAR_EL2.
"""

from __future__ import annotations

from wrought.hv.a64.inject import inject_abort
from wrought.hv.a64.state import arch_domain
from wrought.hv.a64.traps.sysregs import get, put
from wrought.hv.abi.address import Gpa
from wrought.hv.core.domain import Vcpu
from wrought.hv.core.stage2 import stage2_walk
from wrought.hv.core.stage2_types import Kind
from wrought.hv.vdev.vgic import vgicd_read, vgicd_write, vgicr_read, vgicr_write
from wrought.hv.vdev.vpl011 import vpl011_read, vpl011_write
from wrought.lang.core.decl import enum
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, at_op, isb, trunc
from wrought.lang.core.scalars import Ptr, u8, u32, u64
from wrought.lang.core.sysreg import FAR_EL2, HPFAR_EL2, PAR_EL1
from wrought.rt.a64.syndrome import DataAbort

STATUS = 0x3F
LEVELS = 3
PERMISSION = 0b001100
"""DFSC of a permission fault, without its level."""
TRANSLATION = 0b000100
ACCESS_FLAG = 0b001000
WALK = 1 << 7
"""S1PTW: the walk of the guest's own tables faulted; in device memory it always does."""
FRAME_SHIFT = 17
"""Of a GICv3 redistributor: two frames of 64 KB."""


@enum(u8)
class Device:
    """What answers at an address."""

    NONE = 0
    DISTRIBUTOR = 1
    REDISTRIBUTOR = 2
    UART = 3


@fn
def fault_address(iss: u32) -> tuple[u64, bool]:
    """The guest physical address of the fault, and whether there is one: not where the guest has
    changed its own tables since, on another CPU.  The access is then made again, and gets what
    they say now."""
    far = u64(FAR_EL2.read())
    if iss & STATUS & ~LEVELS != PERMISSION or iss & WALK != 0:
        return u64(HPFAR_EL2.read().fipa) << 12 | far & 0xFFF, True
    saved = u64(PAR_EL1.read())
    at_op("s1e1r", far)
    isb()
    par = u64(PAR_EL1.read())
    PAR_EL1.write(saved)
    return par & 0xFFFF_FFFF_F000 | far & 0xFFF, par & 1 == 0


@fn
def device_at(vcpu: Ptr[Vcpu], ipa: u64) -> tuple[Device, u64]:
    """Which emulated device, and the offset into it."""
    layout = arch_domain(vcpu.domain).layout
    if ipa - layout.gicd < layout.gicd_size:
        return Device.DISTRIBUTOR, ipa - layout.gicd
    if ipa - layout.gicr < layout.gicr_size:
        return Device.REDISTRIBUTOR, ipa - layout.gicr
    if layout.uart != 0 and ipa - layout.uart < 0x1000:
        return Device.UART, ipa - layout.uart
    return Device.NONE, 0


@fn
def device_read(vcpu: Ptr[Vcpu], device: Device, offset: u64, size: u64) -> u64:
    """What the device answers."""
    if device == Device.DISTRIBUTOR:
        return vgicd_read(vcpu, offset, size)
    if device == Device.UART:
        return vpl011_read(vcpu, offset, size)
    return vgicr_read(vcpu, trunc(u32, offset >> FRAME_SHIFT), offset & 0x1_FFFF, size)


@fn
def device_write(vcpu: Ptr[Vcpu], device: Device, offset: u64, size: u64, value: u64) -> None:
    """Tell the device."""
    if device == Device.DISTRIBUTOR:
        vgicd_write(vcpu, offset, size, value)
    elif device == Device.UART:
        vpl011_write(vcpu, offset, size, value)
    else:
        target = trunc(u32, offset >> FRAME_SHIFT)
        vgicr_write(vcpu, target, offset & 0x1_FFFF, size, value)


@fn
def extend(value: u64, iss: DataAbort, size: u64) -> u64:
    """A loaded value as it goes into the register."""
    bits = size * 8
    if bits == 64:
        return value
    value &= (u64(1) << bits) - 1
    if iss.sign_extend and value >> (bits - 1) != 0:
        value |= ~u64(0) << bits
        if not iss.sixty_four:
            value &= 0xFFFF_FFFF
    return value


@fn
def on_data_abort(vcpu: Ptr[Vcpu], iss: u32) -> None:
    """Emulate the access if a device is there; else the guest gets the abort."""
    abort = DataAbort(iss)
    ipa, known = fault_address(iss)
    if not known:
        return
    if abort.isv and iss & WALK == 0:
        device, offset = device_at(vcpu, ipa)
        if device != Device.NONE:
            emulate(vcpu, abort, device, offset)
            return
    if is_spurious(vcpu, ipa, iss, abort.write):
        return
    inject_abort(vcpu, False, u64(FAR_EL2.read()))


@fn
def emulate(vcpu: Ptr[Vcpu], abort: DataAbort, device: Device, offset: u64) -> None:
    """One load or store of one register."""
    size = u64(1) << u64(abort.size)
    n = u64(abort.register)
    if abort.write:
        value = get(vcpu, n)
        if size < 8:
            value &= (u64(1) << size * 8) - 1
        device_write(vcpu, device, offset, size, value)
    else:
        put(vcpu, n, extend(device_read(vcpu, device, offset, size), abort, size))
    vcpu.regs.pc += 4


@fn
def is_spurious(vcpu: Ptr[Vcpu], ipa: u64, iss: u32, write: bool) -> bool:
    """Whether the address is mapped after all: another CPU has just changed the tables."""
    status = iss & STATUS & ~LEVELS
    if status != TRANSLATION and status != ACCESS_FLAG and status != PERMISSION:
        return False
    kind = stage2_walk(addr_of(vcpu.domain.memory), Gpa(ipa)).kind
    if kind == Kind.NONE or iss & WALK != 0 and kind == Kind.DEVICE:
        return False
    return not write or (kind != Kind.RAM_READ_ONLY and kind != Kind.GRANT_READ_ONLY)


@fn
def on_instruction_abort(vcpu: Ptr[Vcpu], iss: u32) -> None:
    """Code where there is none."""
    ipa, known = fault_address(iss)
    status = iss & STATUS & ~LEVELS
    if not known or status != PERMISSION and is_spurious(vcpu, ipa, iss, False):
        return
    inject_abort(vcpu, True, u64(FAR_EL2.read()))
