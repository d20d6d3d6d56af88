"""Integers of up to 3,072 bits, for the few cases that 192 bits do not decide."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.intrinsics import add_ovf, mul_wide
from wrought.lang.core.scalars import Array, Ptr, i32, u64
from wrought.lang.core.static import constant

LIMBS = 48
"""Words of a `Big`.  The largest is an 800-digit number that is compared: 2,670 bits."""

FIVES = constant(Array[u64, 28], [5 ** k for k in range(28)])
"""The powers of five that a word holds."""


@struct
class Big:
    """A natural number: `used` words, the lowest first, the highest of them not zero."""

    used: u64
    limbs: Array[u64, LIMBS]

    def push(self, limb: u64) -> None:
        """One more word at the top, unless it is zero."""
        if limb != 0:
            self.limbs[self.used] = limb
            self.used += 1

    def multiply(self, factor: u64, add: u64) -> None:
        """self * factor + add, in place; `factor` is not 0."""
        carry = add
        for i in range(self.used):
            low, high = mul_wide(self.limbs[i], factor)
            low, wrapped = add_ovf(low, carry)
            self.limbs[i] = low
            carry = high + (1 if wrapped else 0)
        self.push(carry)

    def multiply_by_power_of_five(self, k: u64) -> None:
        """self * 5^k."""
        left = k
        while left >= 27:
            self.multiply(FIVES[27], 0)
            left -= 27
        self.multiply(FIVES[left], 0)

    def shift_left(self, bits: u64) -> None:
        """self * 2^bits."""
        words = bits // 64
        if self.used == 0:
            return
        if bits % 64 != 0:
            self.multiply(u64(1) << (bits % 64), 0)
        if words == 0:
            return
        for i in range(self.used):
            at = self.used - 1 - i
            self.limbs[at + words] = self.limbs[at]
        for i in range(words):
            self.limbs[i] = 0
        self.used += words

    def divide(self, divisor: u64) -> u64:
        """self // divisor in place; the remainder.  The divisor has at most 32 bits."""
        rest: u64 = 0
        for i in range(self.used):
            at = self.used - 1 - i
            limb = self.limbs[at]
            upper = rest << 32 | limb >> 32
            lower = upper % divisor << 32 | limb & 0xFFFF_FFFF
            self.limbs[at] = upper // divisor << 32 | lower // divisor
            rest = lower % divisor
        while self.used > 0 and self.limbs[self.used - 1] == 0:
            self.used -= 1
        return rest

    def compare(self, other: Ptr[Big]) -> i32:
        """-1, 0 or 1 as self is below, equal to or above `other`."""
        if self.used != other.used:
            return -1 if self.used < other.used else 1
        for i in range(self.used):
            at = self.used - 1 - i
            if self.limbs[at] != other.limbs[at]:
                return -1 if self.limbs[at] < other.limbs[at] else 1
        return 0
