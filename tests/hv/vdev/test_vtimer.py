"""The virtual timer: what is switched with the vCPU, its deadlines, its interrupt."""

from __future__ import annotations

from typing import Any

import fdt as reference
import pytest

from hv.vdev.vdomain import VDomain
from rt.device_trees import add, opened
from wrought.hv.a64.state import A64Vcpu
from wrought.hv.drivers.gic import fake_lists
from wrought.hv.drivers.gic.places import Region, gic
from wrought.hv.fake import cpu as fake
from wrought.hv.vdev import vtimer, vtimer_host
from wrought.lang.build.program import Program
from wrought.lang.core.function import export, fn
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import u64
from wrought.lang.core.static import static
from wrought.lang.ir.interp import Interpreter, RecordingMachine

ENABLE, IMASK, ISTATUS = 1, 2, 4
NEVER = 2**64 - 1
PPI = 27

box = static(A64Vcpu)


@export
@fn
def switch_in(offset: u64, ctl: u64, cval: u64) -> None:
    """A vCPU with these comes."""
    box.timer.offset, box.timer.ctl, box.timer.cval = offset, ctl, cval
    vtimer.vtimer_load(addr_of(box.core))


@export
@fn
def switch_out(which: u64) -> u64:
    """It goes: CTL or CVAL as they were kept."""
    vtimer.vtimer_save(addr_of(box.core))
    return box.timer.ctl if which == 0 else box.timer.cval


@export
@fn
def before_sleep(offset: u64) -> u64:
    """The deadline, with the timer where it is."""
    box.timer.offset = offset
    box.timer.loaded = True
    deadline = vtimer.sleep_deadline(addr_of(box.core))
    assert box.timer.loaded, "not loaded any more"
    return deadline


@export
@fn
def start_cpu() -> None:
    """A CPU's timers before the first guest."""
    gic.version, gic.distributor = 2, Region(0x0800_0000, 0x1000)
    vtimer_host.vtimer_init_cpu()


@pytest.fixture(scope="module")
def module() -> Any:
    return Program("vtimer", roots=[switch_in, switch_out, before_sleep, start_cpu],
                   target="aarch64-none").module()


def test_registers_move_with_the_vcpu(module: Any):
    machine = RecordingMachine()
    interpreter = Interpreter(module, machine)
    interpreter.call("switch_in", 1000, ENABLE, 7777)
    assert machine.registers == {"CNTVOFF_EL2": 1000, "CNTV_CVAL_EL0": 7777,
                                 "CNTV_CTL_EL0": ENABLE}
    assert machine.events[-1] == ("syswrite", "CNTV_CTL_EL0", ENABLE), "last, or it fires early"
    for which, want in ((0, ENABLE), (1, 8888)):
        machine.registers |= {"CNTV_CTL_EL0": ENABLE | ISTATUS, "CNTV_CVAL_EL0": 8888}
        assert interpreter.call("switch_out", which) == want
        assert machine.registers["CNTV_CTL_EL0"] == 0


@pytest.mark.parametrize(("ctl", "want"), [
    (ENABLE, 1500), (ENABLE | IMASK, NEVER), (0, NEVER)])
def test_deadline_before_sleep(module: Any, ctl: int, want: int):
    machine = RecordingMachine({"CNTV_CTL_EL0": ctl, "CNTV_CVAL_EL0": 500, "CNTPCT_EL0": 1499})
    assert Interpreter(module, machine).call("before_sleep", 1000) == want
    assert not [event for event in machine.events if event[0] == "syswrite"]


def test_a_cpu_begins_with_all_timers_off(module: Any):
    machine = RecordingMachine(dict.fromkeys((
        "CNTV_CTL_EL0", "CNTP_CTL_EL0", "CNTHP_CTL_EL2", "CNTVOFF_EL2", "CNTHCTL_EL2"), 1))
    Interpreter(module, machine).call("start_cpu")
    assert machine.registers == {
        "CNTV_CTL_EL0": 0, "CNTP_CTL_EL0": 0, "CNTHP_CTL_EL2": 0, "CNTVOFF_EL2": 0,
        "CNTHCTL_EL2": 1}, "EL1PCTEN without EL1PCEN"
    enabled = [event[1:] for event in machine.events if event[0] == "mmio_write"]
    assert [value for _, _, value in enabled] == [1 << 27, 1 << 26]


class VTimer:
    """A vCPU that is loaded nowhere."""

    def __init__(self, offset: int = 100) -> None:
        self.machine = VDomain()
        self.vcpu = self.machine.vcpus[0]
        self.part = self.machine.parts[0]
        vtimer.vtimer_init(self.vcpu, offset)

    def arm(self, ctl: int, cval: int) -> None:
        self.part.timer.ctl, self.part.timer.cval = ctl, cval


@pytest.mark.parametrize(("ctl", "cval", "want"), [
    (ENABLE, 500, 600), (0, 500, NEVER), (ENABLE | IMASK, 500, NEVER),
    (ENABLE, 2**64 - 50, NEVER), (ENABLE, 0, 100)])
def test_deadline(ctl: int, cval: int, want: int):
    timer = VTimer()
    timer.arm(ctl, cval)
    assert vtimer.vtimer_deadline(timer.vcpu) == want == vtimer.next_deadline(timer.vcpu)


def test_hardware_sees_to_one_that_is_loaded():
    timer = VTimer()
    timer.arm(ENABLE, 500)
    timer.part.timer.loaded = True
    assert vtimer.vtimer_deadline(timer.vcpu) == NEVER


def test_the_sooner_deadline_counts():
    timer = VTimer()
    timer.arm(ENABLE, 500)
    fake.clock.set(0)
    vtimer.ptimer_write(timer.vcpu, 2, 550)
    assert vtimer.next_deadline(timer.vcpu) == 600
    vtimer.ptimer_write(timer.vcpu, 1, ENABLE)
    assert vtimer.next_deadline(timer.vcpu) == 550
    vtimer.ptimer_write(timer.vcpu, 2, 650)
    assert vtimer.next_deadline(timer.vcpu) == 600


def test_expired_while_it_sleeps():
    timer = VTimer()
    timer.arm(ENABLE, 500)
    fake.clock.set(599)
    vtimer.timers_expired(timer.vcpu)
    assert timer.machine.raised() == []
    fake.clock.set(600)
    vtimer.timers_expired(timer.vcpu)
    assert timer.machine.raised() == [(0, PPI, True)]


def test_expired_with_its_list_registers_here():
    timer = VTimer()
    timer.arm(ENABLE, 500)
    fake.clock.set(600)
    timer.part.vgic.loaded_on = fake.current.get() + 1
    fake_lists.lists.set(fake_lists.FakeLists())
    vtimer.timers_expired(timer.vcpu)
    assert fake_lists.lists.get().active[27] == 1, "or the hardware's timer fires as well"
    assert timer.machine.raised() == [(0, PPI, True)]


def test_not_again_while_the_guest_has_it():
    timer = VTimer()
    timer.arm(ENABLE, 500)
    fake.clock.set(600)
    timer.part.vgic.own.fired = 1 << PPI
    vtimer.timers_expired(timer.vcpu)
    assert timer.machine.raised() == []
    assert vtimer.vtimer_deadline(timer.vcpu) == NEVER
    timer.part.vgic.own.fired = 0
    assert vtimer.vtimer_deadline(timer.vcpu) == 600


def test_interrupt_goes_to_the_guest():
    timer = VTimer()
    vtimer.vtimer_interrupt(timer.vcpu)
    assert timer.machine.raised() == [(0, PPI, True)]
    own = timer.part.vgic.own
    assert own.mapped == 1 << PPI and own.physical[PPI] == 27


def board(**timer: Any) -> bytes:
    tree = reference.FDT()
    for name, value in (("#address-cells", 2), ("#size-cells", 2), ("interrupt-parent", 1)):
        tree.root.append(reference.PropWords(name, value))
    add(tree, "/gic", phandle=[1], n_interrupt_cells=[3])
    if timer:
        add(tree, "/timer", **{"compatible": "arm,armv8-timer", **timer})
    return tree.to_dtb(version=17)


PPIS = [1, 13, 4, 1, 14, 4, 1, 11, 4, 1, 10, 4]


@pytest.mark.parametrize(("timer", "want"), [
    ({"interrupts": PPIS}, (27, 26)),
    ({"interrupts": PPIS, "compatible": "arm,armv7-timer"}, (27, 26)),
    ({"interrupts_extended": [1, 1, 0, 4, 1, 1, 1, 4, 1, 1, 2, 4, 1, 1, 3, 4]}, (18, 19)),
    ({"interrupts": PPIS[:9]}, None), ({"interrupts": [*PPIS[:9], 0, 10, 4]}, None),
    ({"interrupts": PPIS, "status": "disabled"}, None), ({}, None)])
def test_interrupts_of_the_board(timer: dict[str, Any], want: tuple[int, int] | None):
    tree, held = opened(board(**timer))
    assert vtimer_host.timer_probe(tree) == (want is not None) and held
    found = vtimer_host.timer_interrupts.get()
    if want is not None:
        assert (found.virtual, found.hypervisor) == want
    vtimer_host.timer_interrupts.set((27, 26))


def test_interrupts_by_name():
    tree, held = opened(named_board())
    assert vtimer_host.timer_probe(tree) and held
    found = vtimer_host.timer_interrupts.get()
    assert (found.virtual, found.hypervisor) == (27, 26)
    vtimer_host.timer_interrupts.set((27, 26))


def named_board() -> bytes:
    """Without the secure timer, so that names are needed."""
    tree = reference.parse_dtb(board(interrupts=[1, 14, 4, 1, 11, 4, 1, 10, 4]))
    tree.get_node("/timer").append(
        reference.PropStrings("interrupt-names", "phys", "virt", "hyp-phys"))
    return tree.to_dtb(version=17)
