"""How a guest tells its result: `ok NAME`, or `FAIL NAME: …`, then power-off."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Never, Slice, u8, u64
from wrought.lang.core.static import static
from wrought.rt.a64.psci import system_off

failures = static(u64)


@fn
def check(good: bool, what: Slice[u8]) -> None:
    """One expectation; what does not hold is printed and counted."""
    global failures
    if not good:
        failures += 1
        print(f"  wrong: {what}")


@fn
def expect(got: u64, wanted: u64, what: Slice[u8]) -> None:
    """Two numbers that should be equal."""
    global failures
    if got != wanted:
        failures += 1
        print(f"  wrong: {what}: {got:#x}, not {wanted:#x}")


@fn
def finish(name: Slice[u8]) -> Never:
    """Print the verdict and switch the domain off."""
    if failures == 0:
        print(f"ok {name}")
    else:
        print(f"FAIL {name}: {failures} wrong")
    system_off()
