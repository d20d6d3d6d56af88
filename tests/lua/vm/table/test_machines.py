"""Strings and tables do the same on AArch64 as here."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from wrought.lang.build.program import Program
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, trunc, zeroed
from wrought.lang.core.scalars import Array, Ptr, f64, i32, u8, u32, u64
from wrought.lang.core.static import static
from wrought.lua.vm.gc import control
from wrought.lua.vm.objects import Table, Vm, string_value
from wrought.lua.vm.strings import init_strings, intern
from wrought.lua.vm.table import insert
from wrought.lua.vm.table.create import duplicate, new_table
from wrought.lua.vm.table.iterate import iterate
from wrought.lua.vm.table.length import length
from wrought.lua.vm.table.lookup import get
from wrought.lua.vm.value import NIL, double_value, int_value, is_string

STEPS = 20_000
state = static(Vm)


@unsafe
@fn
def name(vm: Ptr[Vm], n: u64) -> u64:
    """A string of 0 to 39 bytes for a number below 1,000."""
    # SAFETY: the array has 40 bytes.
    text = zeroed(Array[u8, 40])
    bitcast(Ptr[u64], addr_of(text[0]))[0] = n
    bitcast(Ptr[u64], addr_of(text[24]))[0] = n
    return string_value(intern(vm, text[:n % 40]))


@fn
def key_of(vm: Ptr[Vm], n: u64) -> u64:
    """Integers, doubles, integers as doubles, strings."""
    small = trunc(u32, n >> 8) % 1000
    match n & 3:
        case 0:
            return int_value(bitcast(i32, small) - 100)
        case 1:
            return double_value(f64(small) / 4.0)
        case 2:
            return int_value(bitcast(i32, small * 4096))
        case _:
            return name(vm, small)


@fn
def checksum(t: Ptr[Table]) -> u64:
    """Of all that is in a table and does not depend on addresses, in the order of traversal."""
    sum: u64 = 0
    position, key, value = iterate(t, 0)
    while key != NIL:
        sum = sum * 31 + (value if is_string(key) else key ^ value)
        position, key, value = iterate(t, position)
    return sum


@fn
def play(vm: Ptr[Vm], seed: u64) -> None:
    """Set and clear keys in a random order; lines that tell what is in the table."""
    t = new_table(vm, 0, 0)
    n = seed
    for step in range(u64(STEPS)):
        n = n * 0x5851_F42D_4C95_7F2D + 0x1405_7B7E_F767_814F
        key = key_of(vm, n >> 20)
        keep = n >> 62 != 0
        insert.set(vm, t, key, int_value(bitcast(i32, trunc(u32, step))) if keep else NIL)
        if step % 1000 == 999:
            t = duplicate(vm, t)
            read = get(t, key_of(vm, n >> 30))
            print(f"{length(t)} {t.asize} {t.hmask} {checksum(t):x} {read:x}")


@fn
def main() -> i32:
    vm = addr_of(state)
    control.init(vm)
    init_strings(vm, 1, 2)
    for seed in range(u64(4)):
        play(vm, seed)
    print(f"{vm.strings.count} {vm.strings.mask}")
    return 0


def output(target: str, folder: Path, *runner: str) -> list[str]:
    """What the program prints on a machine."""
    path = Program("tables", main=main, target=target).build(folder / target)
    done = subprocess.run([*runner, str(path)], capture_output=True, timeout=120, check=True)
    return done.stdout.decode().splitlines()


@pytest.mark.skipif(shutil.which("qemu-aarch64") is None, reason="needs qemu-aarch64")
def test_both_machines_agree(tmp_path: Path):
    here = output("x86_64-linux-musl", tmp_path)
    assert len(here) == 4 * STEPS // 1000 + 1 and len(set(here)) == len(here)
    assert output("aarch64-linux-musl", tmp_path, "qemu-aarch64") == here
