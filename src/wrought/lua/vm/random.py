"""Random numbers: xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number
generators", 2021), whose state is `Vm.random`; splitmix64 fills it from a seed.

A state begins with a fixed seed, so that programs are reproducible unless they ask for more.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, unsafe
from wrought.lang.core.intrinsics import addr_of, rotate_left
from wrought.lang.core.scalars import Ptr, f64, u64
from wrought.lua.vm.objects import Vm

GOLDEN = 0x9E37_79B9_7F4A_7C15
"""2^64 over the golden ratio, the step of splitmix64."""


@fn
def seed(vm: Ptr[Vm], bits: u64) -> None:
    """Begin the sequence that belongs to a seed."""
    state = bits
    for i in range(len(vm.random)):
        state += GOLDEN
        z = (state ^ state >> 30) * 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) * 0x94D0_49BB_1331_11EB
        vm.random[i] = z ^ z >> 31


@inline
@unsafe
@fn
def next_word(vm: Ptr[Vm]) -> u64:
    """64 random bits."""
    # SAFETY: the state has four words.
    s = addr_of(vm.random[0])
    result = rotate_left(s[1] * 5, 7) * 9
    t = s[1] << 17
    s[2] ^= s[0]
    s[3] ^= s[1]
    s[1] ^= s[2]
    s[0] ^= s[3]
    s[2] ^= t
    s[3] = rotate_left(s[3], 45)
    return result


@inline
@fn
def next_double(vm: Ptr[Vm]) -> f64:
    """A number from 0 on and below 1, a multiple of 2^-53."""
    return f64(next_word(vm) >> 11) * 2.0 ** -53
