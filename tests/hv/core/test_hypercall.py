"""The table of hypercalls: dispatch, permissions, multicall, and each small hypercall."""

from __future__ import annotations

import struct

import pytest

from hv.core.call_world import call, call_counting
from hv.core.event_world import BASE, PAGE, PAGES, World
from hv.core.machine import Ram
from wrought.hv.abi.xen import Call
from wrought.hv.core import hypercall, hypercall_table, version
from wrought.hv.core.call_table import HARDWARE
from wrought.hv.fake import cpu
from wrought.hv.fake import guest as fake_guest

ram = Ram(2 << 20)
EPERM, ENOENT, ESRCH, EACCES, EFAULT, EINVAL, ENOSYS, ENODATA = 1, 2, 3, 13, 14, 22, 38, 61
END = BASE + PAGES * PAGE
OUTSIDE = 0x1000


@pytest.fixture
def world() -> World:
    return World(ram)


def text(world: World, size: int, domain: int = 1) -> bytes:
    """A NUL-terminated text at the beginning of the guest's RAM."""
    return ram.read(world.at(domain, 0), size).split(b"\0")[0]


def test_numbers_without_a_hypercall(world):
    known = {row.number for row in hypercall_table.TABLE}
    for number in range(70):
        if number not in known:
            assert call(world, 0, number) == -ENOSYS
    assert call(world, 0, 2**64 - 1) == -ENOSYS
    # The number is 32 bits wide: what is above does not count.
    assert call(world, 0, 7 << 32 | Call.XEN_VERSION, 0) == 0x4_0011


def test_calls_are_counted(world):
    before = hypercall.calls_made.get()[int(Call.XEN_VERSION)]
    for _ in range(3):
        call(world, 1, Call.XEN_VERSION, 0)
    assert hypercall.calls_made.get()[int(Call.XEN_VERSION)] == before + 3


def test_what_is_for_the_hardware_domain(world):
    for row in hypercall_table.TABLE:
        if row.who == HARDWARE:
            assert call(world, 1, row.number, BASE) == -EPERM
            assert call(world, 0, row.number, OUTSIDE) in (-EFAULT, -ENOSYS)


def test_versions(world):
    at = BASE
    assert call(world, 1, Call.XEN_VERSION, 0, 0) == 4 << 16 | 17
    for command, size, want in ((1, 16, b"-wrought"), (2, 64, b"wrought.lang through LLVM"),
                                (3, 1024, b"xen-3.0-aarch64"), (4, 64, b"unavailable"),
                                (8, 16, b""), (9, 1024, b"<denied>")):
        world.put(1, b"\xaa" * 2048)
        assert call(world, 1, Call.XEN_VERSION, command, at) == 0
        assert text(world, size) == want
        end = {2: 144}.get(command, size)
        assert ram.read(world.at(1, 0) + end, 8) == b"\xaa" * 8
        assert call(world, 1, Call.XEN_VERSION, command, OUTSIDE) == -EFAULT
        assert call(world, 1, Call.XEN_VERSION, command, END - 8) == -EFAULT
    assert call(world, 1, Call.XEN_VERSION, 5, at) == 0 and world.get(1, "<Q") == (0,)
    assert call(world, 1, Call.XEN_VERSION, 7, 0) == 4096
    assert call(world, 1, Call.XEN_VERSION, 7, at) == -EINVAL
    assert call(world, 1, Call.XEN_VERSION, 10, 0) == -EPERM
    assert call(world, 0, Call.XEN_VERSION, 10, 0) == -ENODATA
    assert call(world, 1, Call.XEN_VERSION, 11, at) == -ENOSYS


def test_the_command_line_is_for_the_hardware_domain(world):
    version.set_command_line(b"console=dtuart " + b"x" * 2000)
    assert call(world, 0, Call.XEN_VERSION, 9, BASE) == 0
    assert text(world, 1024, 0) == b"console=dtuart " + b"x" * (1023 - 15)


def test_features(world):
    for domain, want in ((0, 1 << 11 | 1 << 17), (1, 1 << 16)):
        world.put(domain, struct.pack("<II", 0, 0))
        assert call(world, domain, Call.XEN_VERSION, 6, BASE) == 0
        assert world.get(domain, "<II") == (0, 1 << 0 | 1 << 2 | 1 << 13 | 1 << 14 | want)
    world.put(1, struct.pack("<II", 1, 0))
    assert call(world, 1, Call.XEN_VERSION, 6, BASE) == -EINVAL
    assert call(world, 1, Call.XEN_VERSION, 6, END - 4) == -EFAULT


def entries(world: World, *calls: tuple[int, ...]) -> int:
    """A list of multicall entries across a page boundary: its address."""
    data = b"".join(struct.pack("<QqQQQQQQ", number, 0x5A5A, *args, *(6 - len(args)) * [0])
                    for number, *args in calls)
    return world.put(1, data, 1, PAGE - 72)


def results(world: World, count: int) -> list[int]:
    return [world.get(1, "<q", 1, PAGE - 72 + 64 * i + 8)[0] for i in range(count)]


def test_multicall(world):
    at = entries(world, (17, 0), (99,), (13, BASE, 1), (17, 7, 0), (29, 7, 0))
    assert call(world, 1, Call.MULTICALL, at, 5) == 0
    assert results(world, 5) == [4 << 16 | 17, -ENOSYS, -EINVAL, 4096, -ENOSYS]
    assert list(world.vcpu(1).regs.x)[2:5] == [2**64 - 3, 2**64 - 4, 2**64 - 5]
    assert call(world, 1, Call.MULTICALL, at, 0) == 0
    assert call(world, 1, Call.MULTICALL, OUTSIDE, 0) == 0
    assert call(world, 1, Call.MULTICALL, OUTSIDE, 1) == -EFAULT
    assert call(world, 1, Call.MULTICALL, END - 32, 1) == -EFAULT
    assert call(world, 1, Call.MULTICALL, 2**64 - 16, 2) == -EFAULT


def test_multicall_stops_for_interrupts(world):
    at = entries(world, *[(17, 0)] * 9)
    cpu.waiting.set(True)
    assert call_counting(world, 1, Call.MULTICALL, at, 9) == (0, 8)
    assert results(world, 9) == [4 << 16 | 17] * 9


def test_a_restart_within_multicall(world):
    """A long console write goes on where it was, then the next entry is done."""
    world.put(1, b"x" * 127 + b"\n", 5)
    at = entries(world, (18, 0, 128 * 2, BASE + 5 * PAGE), (17, 0))
    cpu.waiting.set(True)
    result, restarts = call_counting(world, 1, Call.MULTICALL, at, 2)
    assert result == 0 and restarts == 2
    assert results(world, 2) == [0, 4 << 16 | 17]


def test_console(world):
    at = world.put(1, b"hello\n")
    assert call(world, 1, Call.CONSOLE_IO, 0, 6, at) == 0
    assert call(world, 1, Call.CONSOLE_IO, 1, 100, at) == 0
    assert call(world, 1, Call.CONSOLE_IO, 0, 6, OUTSIDE) == -EFAULT
    assert call(world, 1, Call.CONSOLE_IO, 0, 2**31, at) == -EINVAL
    assert call(world, 1, Call.CONSOLE_IO, 0, 2**32 - 1, at) == -EINVAL
    assert call(world, 1, Call.CONSOLE_IO, 2, 6, at) == -ENOSYS
    assert call(world, 1, Call.CONSOLE_IO, 0, 600, END - 512) == -EFAULT


def test_parameters(world):
    for index in (0, 1, 2, 17, 18):
        world.domains[1].calls.params[index] = 1000 + index
    for domain, caller, index, want in (
            (0x7FF0, 1, 17, 0), (1, 1, 0, 0), (1, 0, 18, 0), (2, 1, 17, -EPERM),
            (9, 1, 17, -ESRCH), (0x7FF0, 1, 4, -EINVAL), (0x7FF0, 1, 38, -EINVAL),
            (0x7FF0, 1, 39, -EINVAL), (0x7FF0, 1, 2**32 - 1, -EINVAL), (0x7FF0, 1, 28, -EPERM),
            (1, 0, 28, 0)):
        at = world.put(caller, struct.pack("<HxxIQ", domain, index, 7))
        assert call(world, caller, Call.HVM_OP, 1, at) == want, (domain, caller, index)
        if want == 0:
            assert world.get(caller, "<Q", offset=8) == (1000 + index if index != 28 else 0,)
    at = world.put(1, struct.pack("<HxxIQ", 0x7FF0, 17, 7))
    assert call(world, 1, Call.HVM_OP, 0, at) == -EPERM
    at = world.put(0, struct.pack("<HxxIQ", 1, 17, 77))
    assert call(world, 0, Call.HVM_OP, 0, at) == 0
    assert world.domains[1].calls.params[17] == 77
    assert call(world, 0, Call.HVM_OP, 1 << 32, at) == -ENOSYS
    assert call(world, 0, Call.HVM_OP, 24, 0) == 0
    assert call(world, 0, Call.HVM_OP, 24, at) == -EINVAL
    assert call(world, 0, Call.HVM_OP, 1, END - 8) == -EFAULT


def test_assists(world):
    assert call(world, 1, Call.VM_ASSIST, 0, 5) == 0
    assert world.domains[1].calls.assists == 1 << 5
    assert call(world, 1, Call.VM_ASSIST, 1, 5) == 0
    assert world.domains[1].calls.assists == 0
    assert call(world, 1, Call.VM_ASSIST, 0, 4) == -EINVAL
    assert call(world, 1, Call.VM_ASSIST, 2, 5) == -ENOSYS


def test_wall_clock(world):
    settime = struct.pack("<IIQIIQ", 62, 0x0300_0001, 5_000_000_100, 7, 0, 3_000_000_000)
    assert call(world, 0, Call.PLATFORM_OP, world.put(0, settime)) == 0
    for d in world.domains:
        version_, low, nanoseconds, high = struct.unpack("<IIII", ram.read(d.shared_info + 1072,
                                                                          16))
        assert (high << 32 | low, nanoseconds, version_ % 2) == (5_000_000_097, 7, 0)
    wrong = struct.pack("<II", 62, 1)
    assert call(world, 0, Call.PLATFORM_OP, world.put(0, wrong)) == -EACCES
    bad = struct.pack("<IIQIIQ", 62, 0x0300_0001, 5, 1_000_000_000, 0, 0)
    assert call(world, 0, Call.PLATFORM_OP, world.put(0, bad)) == -EINVAL
    old = struct.pack("<IIIIQ", 17, 0x0300_0001, 9, 8, 0)
    assert call(world, 0, Call.PLATFORM_OP, world.put(0, old)) == 0
    assert struct.unpack("<I", ram.read(world.domains[2].shared_info + 1076, 4)) == (9,)


def test_interface_versions(world):
    for number in (Call.SYSCTL, Call.DOMCTL):
        assert call(world, 0, number, world.put(0, struct.pack("<II", 1, 0x15))) == -ENOSYS
        assert call(world, 0, number, world.put(0, struct.pack("<II", 1, 0x14))) == -EACCES
    assert call(world, 0, Call.PHYSDEV_OP, 25, BASE) == -ENOSYS


def test_hidden_addresses(world):
    """What the guest's own tables do not map is EFAULT."""
    fake_guest.hidden_from.set(BASE)
    fake_guest.hidden_to.set(BASE + PAGE)
    for number in (Call.XEN_VERSION, Call.SCHED_OP, Call.EVENT_CHANNEL_OP):
        assert call(world, 1, number, 3, BASE) == -EFAULT
