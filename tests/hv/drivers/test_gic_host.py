"""The host's GIC drivers against models of both versions."""

from __future__ import annotations

import pytest

from hv.drivers.gic_model import GICC, GICD, GICH, GICR, GICV, V2, V3, Redistributor
from wrought.hv.drivers.gic import host, lists
from wrought.hv.drivers.gic.places import Region, gic
from wrought.lang.build.program import Program
from wrought.lang.core.function import export, fn
from wrought.lang.core.scalars import u64
from wrought.lang.ir.interp import Interpreter, Panic


@export
@fn
def use_v2(interface: u64) -> None:
    """As the probe would leave it."""
    gic.version, gic.maintenance = 2, 25
    gic.distributor = Region(GICD, 0x1000)
    gic.cpu_interface = Region(GICC, interface)
    gic.hypervisor = Region(GICH, 0x1000)
    gic.virtual = Region(GICV, interface)


@export
@fn
def use_v3(second: u64, stride: u64) -> None:
    """Two regions of redistributors."""
    gic.version, gic.maintenance = 3, 25
    gic.distributor = Region(GICD, 0x1_0000)
    gic.redistributors[0] = Region(GICR, 0xC_0000)
    gic.redistributors[1] = Region(second, 0x10_0000)
    gic.redistributor_count = 2
    gic.stride = stride


@export
@fn
def guest_interface() -> u64:
    """Where the guest's CPU interface is."""
    return host.virtual_interface().start


NAMES = ("gic_init_boot", "gic_init_cpu", "acknowledge", "drop_priority", "deactivate", "enable",
         "disable", "set_priority", "set_config", "set_target", "is_pending", "is_active",
         "set_pending", "set_active", "send_kick", "send_kick_all_others", "interrupt_count",
         "is_special")
LISTS = ("lr_count", "lr_read", "lr_write", "lr_empty", "lr_group", "hcr_read", "hcr_write",
         "vmcr_read", "vmcr_write", "vmcr_reset", "apr_count", "apr_read", "apr_write",
         "misr_read", "mask_host", "unmask_host", "host_set_active", "host_clear_active")


@pytest.fixture(scope="module")
def module() -> object:
    roots = [getattr(host, name) for name in NAMES] + [getattr(lists, name) for name in LISTS]
    return Program("gic", roots=[use_v2, use_v3, guest_interface, *roots],
                   target="aarch64-none").module()


class Driver:
    """The driver's functions, run by the interpreter against a machine."""

    def __init__(self, module: object, machine: V2 | V3) -> None:
        self.machine = machine
        self.interpreter = Interpreter(module, machine)  # type: ignore[arg-type]

    def __getattr__(self, name: str):
        if name in NAMES:
            name = f"wrought.hv.drivers.gic.host.{name}"
        elif name in LISTS:
            name = f"wrought.hv.drivers.gic.lists.{name}"
        return lambda *arguments: self.interpreter.call(name, *arguments)


@pytest.fixture
def v2(module: object) -> Driver:
    driver = Driver(module, V2())
    driver.use_v2(0x2000)
    driver.gic_init_boot()
    driver.gic_init_cpu(0)
    return driver


AFFINITIES = [[0x0, 0x1, 0x100], [0x101, 0x0200_0013]]
SECOND = 0x4000_0000


def v3_machine(stride: int = 0x2_0000) -> V3:
    return V3([(GICR, stride, AFFINITIES[0]), (SECOND, stride, AFFINITIES[1])])


@pytest.fixture
def v3(module: object) -> Driver:
    driver = Driver(module, v3_machine())
    driver.use_v3(SECOND, 0)
    driver.gic_init_boot()
    driver.gic_init_cpu(0)
    return driver


def test_v2_begins_with_everything_off(v2: Driver):
    gicd = v2.machine
    assert gicd.control == 1
    assert not gicd.shared.enabled | gicd.shared.pending | gicd.shared.active
    assert set(gicd.shared.priority.values()) == {0xA0}
    assert set(gicd.targets.values()) == {1}
    own = gicd.own[0]
    assert own.enabled == {*range(16), 25} and not own.active
    assert set(own.priority.values()) == {0xA0}
    assert v2.interrupt_count() == 96


def test_v2_interface_splits_drop_and_deactivate(v2: Driver):
    interface = v2.machine.interfaces[0]
    assert interface[0x0] == 0x1E0 | 1 << 9 | 1, "bypass as it was, EOImode, on"
    assert interface[0x4] == 0xF0 and interface[0x8] == 0
    assert [interface[0xD0 + 4 * i] for i in range(4)] == [0] * 4


def test_v2_interrupts(v2: Driver):
    gicd = v2.machine
    gicd.waiting = [40, 3 << 10 | 1, 1023]
    assert v2.acknowledge() == 40 and gicd.ended == []
    v2.drop_priority(40)
    v2.deactivate(40)
    assert gicd.ended == [("drop", 40), ("deactivate", 40)]
    assert v2.acknowledge() == 1, "without its sender"
    v2.drop_priority(1)
    v2.deactivate(1)
    assert gicd.ended[2:] == [("drop", 3 << 10 | 1), ("deactivate", 3 << 10 | 1)], "once, whole"
    assert v2.is_special(v2.acknowledge())
    assert not v2.is_special(1019) and v2.is_special(1020)


def test_v2_configuration(v2: Driver):
    gicd = v2.machine
    gicd.cpu = 3
    v2.gic_init_cpu(1)
    v2.set_target(50, 1)
    assert gicd.targets[50] == 8 and gicd.targets[49] == gicd.targets[51] == 1
    v2.set_priority(50, 0x40)
    assert gicd.shared.priority[50] == 0x40 and gicd.shared.priority[51] == 0xA0
    v2.set_config(50, True)
    v2.set_config(48, True)
    v2.set_config(50, False)
    assert gicd.shared.edge == {48}
    v2.send_kick(1)
    v2.send_kick_all_others()
    assert gicd.sgis == [8 << 16 | 1, 1 << 24 | 1]
    v2.send_kick(2)
    assert len(gicd.sgis) == 2, "a CPU that is not started"


@pytest.mark.parametrize(("spread", "size", "deactivate", "guest"), [
    (False, 0x2000, 0x1000, GICV), (True, 0x2_0000, 0x1_0000, GICV + 0xF000),
    (False, 0x2_0000, 0x1000, GICV)])
def test_v2_pages_64k_apart(module: object, spread: bool, size: int, deactivate: int,
                            guest: int):
    machine = V2(spread)
    driver = Driver(module, machine)
    driver.use_v2(size)
    driver.gic_init_boot()
    driver.gic_init_cpu(0)
    driver.deactivate(40)
    assert machine.ended == [("deactivate", 40)]
    assert machine.last == GICC + deactivate
    assert driver.guest_interface() == guest


def test_v2_list_registers(v2: Driver):
    assert v2.lr_count() == 4 and v2.lr_empty() == 0xF and v2.lr_group() == 0
    v2.lr_write(2, 1 << 62 | 1 << 61 | 0xA0 << 48 | 27 << 32 | 27)
    assert v2.machine.lists[0x108] == 0x9A00_6C1B
    assert v2.lr_read(2) == 1 << 62 | 1 << 61 | 0xA0 << 48 | 27 << 32 | 27
    assert v2.lr_empty() == 0b1011
    assert v2.vmcr_reset() == 0x4C_0000 == v2.vmcr_read() and v2.hcr_read() == 0
    v2.hcr_write(1)
    v2.apr_write(0, 5)
    v2.apr_write(1, 7)
    assert v2.machine.virtual == {0x000: 1, 0x008: 0x4C_0000, 0x0F0: 5}
    assert v2.apr_read(0) == 5 and v2.apr_read(1) == 0


def test_v3_begins_with_everything_off(v3: Driver):
    gicd = v3.machine
    assert gicd.control == 1 << 4 | 3
    assert not gicd.shared.enabled | gicd.shared.pending | gicd.shared.active
    assert set(gicd.shared.priority.values()) == {0xA0}
    assert gicd.shared.group == {1: 0xFFFF_FFFF, 2: 0xFFFF_FFFF}
    assert gicd.routes == dict.fromkeys(range(32, 96), 0)
    assert v3.interrupt_count() == 96


def own(machine: V3, affinity: int) -> Redistributor:
    return next(r for r in machine.redistributors.values() if r.affinity == affinity)


def mpidr_of(affinity: int) -> int:
    return affinity >> 24 << 32 | affinity & 0xFF_FFFF | 1 << 31


@pytest.mark.parametrize("affinity", [0x0, 0x100, 0x101, 0x0200_0013])
@pytest.mark.parametrize("stride", [0, 0x4_0000])
def test_v3_finds_each_cpu_in_its_region(module: object, affinity: int, stride: int):
    machine = v3_machine(stride or 0x2_0000)
    driver = Driver(module, machine)
    driver.use_v3(SECOND, stride)
    driver.gic_init_boot()
    machine.registers["MPIDR_EL1"] = mpidr_of(affinity)
    driver.gic_init_cpu(5)
    mine = own(machine, affinity)
    assert not mine.asleep and mine.own.enabled == {*range(16), 25}
    assert mine.own.group == {0: 0xFFFF_FFFF} and set(mine.own.priority.values()) == {0xA0}
    assert all(r.asleep for r in machine.redistributors.values() if r is not mine)
    driver.set_target(70, 5)
    assert machine.routes[70] == mpidr_of(affinity) & ~(1 << 31)
    driver.enable(30)
    assert 30 in mine.own.enabled
    driver.host_set_active(27)
    assert mine.own.active == {27}
    driver.host_clear_active(27)
    assert not mine.own.active


def test_v3_a_cpu_without_redistributor_is_told(module: object):
    machine = v3_machine()
    driver = Driver(module, machine)
    driver.use_v3(SECOND, 0)
    machine.registers["MPIDR_EL1"] = mpidr_of(0x300)
    with pytest.raises(Panic, match="has this CPU's affinity"):
        driver.gic_init_cpu(0)


def test_v3_interface(v3: Driver):
    registers = v3.machine.registers
    assert registers["ICC_SRE_EL2"] == 7, "guests' writes to ICC_SRE_EL1 trap"
    assert registers["ICC_SRE_EL1"] == 7
    assert registers["ICC_CTLR_EL1"] == 4 << 8 | 2
    assert (registers["ICC_PMR_EL1"], registers["ICC_IGRPEN1_EL1"]) == (0xF0, 1)
    writes = [event[1] for event in v3.machine.events if event[0] == "syswrite"]
    assert writes.index("ICC_SRE_EL2") < writes.index("ICC_SRE_EL1") < writes.index("ICC_PMR_EL1")
    assert writes.index("ICC_CTLR_EL1") < writes.index("ICC_IGRPEN1_EL1")
    assert "ICC_AP1R0_EL1" in writes
    assert "ICC_AP1R1_EL1" not in writes, "5 bits of priority have no more"


def test_v3_interrupts(v3: Driver):
    v3.machine.registers["ICC_IAR1_EL1"] = 40
    assert v3.acknowledge() == 40
    v3.drop_priority(40)
    assert v3.machine.registers["ICC_EOIR1_EL1"] == 40
    v3.deactivate(41)
    assert v3.machine.registers["ICC_DIR_EL1"] == 41


@pytest.mark.parametrize(("affinity", "word"), [
    (0x0, 1 << 24 | 1), (0x101, 1 << 16 | 1 << 24 | 2),
    (0x0200_0013, 2 << 48 | 1 << 44 | 1 << 24 | 8)])
def test_v3_kicks(v3: Driver, affinity: int, word: int):
    v3.machine.registers["MPIDR_EL1"] = mpidr_of(affinity)
    v3.gic_init_cpu(7)
    v3.machine.events.clear()
    v3.send_kick(7)
    assert v3.machine.events == [("sysop", "dsb ishst"), ("syswrite", "ICC_SGI1R_EL1", word),
                                 ("sysop", "isb")]
    v3.send_kick_all_others()
    assert v3.machine.registers["ICC_SGI1R_EL1"] == 1 << 40 | 1 << 24


def test_v3_list_registers(v3: Driver):
    registers = v3.machine.registers
    assert v3.lr_count() == 4 and v3.apr_count() == 1 and v3.lr_group() == 1 << 60
    assert [registers[f"ICH_LR{n}_EL2"] for n in range(4)] == [0] * 4
    assert "ICH_LR4_EL2" not in registers
    for n in range(4):
        v3.lr_write(n, 1 << 62 | n)
        assert registers[f"ICH_LR{n}_EL2"] == 1 << 62 | n == v3.lr_read(n)
    registers["ICH_ELRSR_EL2"] = 0xFFF5
    assert v3.lr_empty() == 5
    assert v3.vmcr_reset() == 2 << 21 | 3 << 18 | 8 == registers["ICH_VMCR_EL2"]
    v3.apr_write(0, 3)
    v3.apr_write(4, 9)
    v3.apr_write(1, 1)
    assert (registers["ICH_AP1R0_EL2"], registers["ICH_AP0R0_EL2"]) == (3, 9)
    assert v3.apr_read(4) == 9 and "ICH_AP1R1_EL2" not in registers
