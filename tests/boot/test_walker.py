"""The example's page tables on a real MMU: what `AT` finds is what `translate` says.

Stage 1 runs as EL2's own translation; stage 2 as a guest's, with the guest's stage 1 off.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from boot.virt import program, run
from rt.example import changes, rights, translation
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, at_op, dsb, isb, tlbi
from wrought.lang.core.scalars import Array, Never, u8, u64
from wrought.lang.core.static import constant, static
from wrought.lang.core.sysreg import (
    HCR_EL2,
    MAIR_EL2,
    PAR_EL1,
    SCTLR_EL2,
    TCR_EL2,
    TTBR0_EL2,
    VTCR_EL2,
    VTTBR_EL2,
)
from wrought.rt.a64.mmu import MAIR, SCTLR_RES1, TCR_RES1
from wrought.rt.a64.psci import system_off

Result, Rights, Space, Stage = translation.Result, rights.Rights, translation.Space, rights.Stage
map_range, unmap, translate = changes.map_range, changes.unmap, translation.translate

PAGE, BLOCK, GIGA = 1 << 12, 1 << 21, 1 << 30
VTCR_RES1 = 1 << 31
OUTPUT = (1 << 48) - PAGE
"""The output address in PAR_EL1."""
PROBES = tuple(sorted({
    at + d for at in (4 * GIGA, 5 * GIGA, 5 * GIGA + BLOCK, 5 * GIGA + 2 * BLOCK + PAGE,
                      5 * GIGA + 3 * BLOCK, 6 * GIGA, 7 * GIGA, 511 * GIGA)
    for d in (-1, 0, 8, PAGE)}))
probes = constant(Array[u64, len(PROBES)], PROBES)
space = static(Space, align=PAGE)


@fn
def check(result: Result) -> None:
    """Changes succeed."""
    assert result == Result.OK, "a change failed"


@fn
def build(stage: Stage) -> None:
    """A gigabyte, one with holes, pages across a block's edge; input and output differ."""
    space.base = u64(addr_of(space.tables))
    space.taken[0] = 1
    space.stage = stage
    s = addr_of(space)
    everything = Rights(read=True, write=True, execute=True)
    check(map_range(s, 4 * GIGA, GIGA, GIGA, everything))
    check(map_range(s, 5 * GIGA, 2 * GIGA + BLOCK, GIGA, Rights(read=True)))
    check(unmap(s, 5 * GIGA + 2 * BLOCK + PAGE, PAGE))
    check(unmap(s, 5 * GIGA + 3 * BLOCK, BLOCK))
    check(map_range(s, 6 * GIGA - PAGE + GIGA, 3 * GIGA, 2 * PAGE, everything))


@fn
def ask(stage: Stage, at: u64, write: bool) -> u64:
    """PAR_EL1 after the MMU translated an address."""
    if stage == Stage.ONE and write:
        at_op("s1e2w", at)
    elif stage == Stage.ONE:
        at_op("s1e2r", at)
    elif write:
        at_op("s12e1w", at)
    else:
        at_op("s12e1r", at)
    isb()
    return u64(PAR_EL1.read())


@fn
def agrees(stage: Stage, at: u64, write: bool) -> u64:
    """Compare the MMU with the walker; 1 where the access is allowed."""
    want = translate(addr_of(space), at)
    par = ask(stage, at, write)
    allowed = want.found and (want.rights.write or not write)
    assert (par & 1 == 0) == allowed, "the MMU and the walker disagree"
    if not allowed:
        return 0
    assert par & OUTPUT | at & (PAGE - 1) == want.output, "another output address"
    return 1


@fn
def compare(stage: Stage) -> u64:
    """Ask about each probe, for reading and for writing; how many are allowed."""
    found: u64 = 0
    for i in range(u64(len(PROBES))):
        found += agrees(stage, probes[i], False)
        found += agrees(stage, probes[i], True)
    return found


@fn
def on_stage1(fdt: u64) -> Never:
    """EL2's own translation, switched on over one-to-one maps of this image and the UART."""
    build(Stage.ONE)
    s = addr_of(space)
    check(map_range(s, GIGA, GIGA, 128 << 20, Rights(read=True, execute=True, write=True)))
    check(map_range(s, 0x0900_0000, 0x0900_0000, PAGE,
                    Rights(read=True, write=True, device=True)))
    MAIR_EL2.write(MAIR)
    TCR_EL2.write(TCR_RES1)
    TCR_EL2.modify(t0sz=25, irgn0=1, orgn0=1, sh0=3, ps=u8(2))
    TTBR0_EL2.write(space.base)
    dsb("sy")
    tlbi("alle2")
    dsb("sy")
    isb()
    SCTLR_EL2.write(SCTLR_RES1)
    SCTLR_EL2.modify(m=True, c=True, i=True)
    isb()
    print(f"stage 1: {compare(Stage.ONE)} translations agree")
    system_off()


@fn
def on_stage2(fdt: u64) -> Never:
    """A guest's physical addresses; EL2 itself runs untranslated."""
    build(Stage.TWO)
    VTCR_EL2.write(VTCR_RES1)
    VTCR_EL2.modify(t0sz=25, sl0=1, irgn0=1, orgn0=1, sh0=3, ps=u8(2))
    VTTBR_EL2.write(space.base)
    HCR_EL2.modify(vm=True, rw=True)
    dsb("sy")
    tlbi("alle1")
    dsb("sy")
    isb()
    print(f"stage 2: {compare(Stage.TWO)} translations agree")
    system_off()


@pytest.mark.parametrize("cpu", ["cortex-a57", "max"])
@pytest.mark.parametrize("stage", [1, 2])
def test_the_mmu_agrees(tmp_path: Path, stage: int, cpu: str):
    main = on_stage1 if stage == 1 else on_stage2
    image = program(main).build(tmp_path / "image", "image")
    text = run(image, cpu=cpu)
    assert text.startswith(f"stage {stage}: "), text
    assert int(text.split()[2]) == 25  # 14 with all rights, 11 read-only
