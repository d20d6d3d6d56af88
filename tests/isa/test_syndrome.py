"""Exception syndromes: the tables against themselves, and against a CPU that takes traps."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from wrought.isa.a64.syndrome import EXCEPTION_CLASS, ISS, ISS_OF
from wrought.isa.a64.sysregs import lookup
from wrought.isa.decode import decode, dump, trapped_register

ESR = lookup("ESR_EL2")


def test_every_layout_belongs_to_known_classes_and_fits():
    for layout in ISS:
        assert set(layout.classes) <= set(EXCEPTION_CLASS)
        below = 25
        for field in layout.fields:
            assert 0 <= field.lo <= field.hi < below, f"{layout.name}.{field.name}"
            assert all(0 <= value < 1 << field.width for value in field.meanings)
            below = field.lo


def test_no_class_has_two_layouts_or_values():
    named = [name for layout in ISS for name in layout.classes]
    assert len(named) == len(set(named)) == len(ISS_OF)
    values = [value for value, _ in EXCEPTION_CLASS.values()]
    assert len(values) == len(set(values)) and max(values) < 64


def words(esr: int) -> dict[str, int]:
    return {part.field.name: part.value for part in decode(ESR, esr)}


def meanings(esr: int) -> dict[str, str]:
    return {part.field.name: part.meaning for part in decode(ESR, esr)}


def test_dump_is_one_line():
    assert dump("ESR_EL2", 0x5A001234, decode(ESR, 0x5A001234)) == (
        "ESR_EL2 = 0x5a001234: EC=0x16 (AArch64 HVC) IL=0x1 (32-bit) ISS=0x1234 imm16=0x1234")
    assert dump("X", 0, []) == "X = 0x0"


@pytest.fixture(scope="module")
def trapped(tmp_path_factory: pytest.TempPathFactory) -> list[int]:
    """What the CPU of QEMU's virt machine reported for each step of traps.S."""
    qemu = shutil.which("qemu-system-aarch64")
    if not qemu:
        pytest.skip("qemu-system-aarch64 is not installed")
    image = tmp_path_factory.mktemp("traps") / "traps.elf"
    source = Path(__file__).with_name("traps.S")
    subprocess.run(
        [sys.executable, "-m", "ziglang", "cc", "-target", "aarch64-freestanding-none",
         "-mcpu=cortex_a57", "-nostdlib", "-static", "-Wl,--image-base=0x40200000",
         str(source), "-o", str(image)], check=True, timeout=60)
    done = subprocess.run(
        [qemu, "-machine", "virt,virtualization=on", "-cpu", "cortex-a57", "-nographic",
         "-nic", "none", "-kernel", str(image)],
        capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, check=True)
    return [int(line, 16) for line in done.stdout.split()]


def test_identification(trapped: list[int]):
    """QEMU's Cortex-A57: Arm's implementer code, part 0xD07, 44-bit physical addresses."""
    midr = lookup("MIDR_EL1")
    assert midr.field("Implementer").meanings[midr.field("Implementer").get(trapped[0])] == "Arm"
    assert midr.field("PartNum").get(trapped[0]) == 0xD07
    pa_range = lookup("ID_AA64MMFR0_EL1").field("PARange")
    assert pa_range.meanings[pa_range.get(trapped[1])] == "44 bits"


def test_calls(trapped: list[int]):
    hvc, smc = trapped[2], trapped[4]
    assert (words(hvc)["EC"], words(hvc)["imm16"]) == (EXCEPTION_CLASS["HVC64"][0], 0x1234)
    assert (words(smc)["EC"], words(smc)["imm16"]) == (EXCEPTION_CLASS["SMC64"][0], 7)


def test_wait(trapped: list[int]):
    assert meanings(trapped[6])["EC"].startswith("trapped WFI")
    assert meanings(trapped[6])["TI"] == "WFI"


def test_system_registers(trapped: list[int]):
    read, write = trapped[8], trapped[10]
    assert meanings(read)["Direction"] == "read (MRS)"
    assert words(read)["Rt"] == 3
    found = trapped_register(read)
    assert found and found.name == "ID_AA64PFR0_EL1"
    assert meanings(write)["Direction"] == "write (MSR)"
    found = trapped_register(write)
    assert found and found.name == "TTBR1_EL1"


def test_floating_point(trapped: list[int]):
    assert words(trapped[12])["EC"] == EXCEPTION_CLASS["FP_ASIMD"][0]


def test_data_aborts(trapped: list[int]):
    store, fault_page = trapped[14], lookup("HPFAR_EL2").field("FIPA").get(trapped[15])
    assert meanings(store)["EC"] == "data abort from a lower level"
    assert meanings(store)["DFSC"] == "translation fault, level 1"
    said = words(store)
    assert (said["ISV"], said["SAS"], said["SRT"], said["WnR"], said["SF"]) == (1, 1, 17, 1, 0)
    assert fault_page << 12 == 0x0900C000
    load = words(trapped[16])
    assert (load["ISV"], load["SAS"], load["SRT"], load["WnR"], load["SF"]) == (1, 3, 10, 0, 1)
