"""A domain with vCPUs in this process, as the machine makes it, without memory."""

from __future__ import annotations

# First of all: devices and the machine that has them import each other.
import wrought.hv.machine.guest  # noqa: F401
from wrought.hv.a64.state import A64Domain, A64Vcpu
from wrought.hv.fake import guest


class VDomain:
    """The structs stay where they are as long as this lives; `domain` and `vcpus` are addresses."""

    def __init__(self, vcpus: int = 1) -> None:
        self.whole = A64Domain()
        self.parts = [A64Vcpu() for _ in range(vcpus)]
        self.domain = self.whole.address
        self.vcpus = [part.address for part in self.parts]
        self.whole.core.vcpu_count = vcpus
        for i, part in enumerate(self.parts):
            part.core.id = i
            part.core.domain = self.domain
            self.whole.core.vcpus[i] = part.address
        self.whole.core.set_name(b"guest")
        self.seen = guest.raised.get()

    def raised(self) -> list[tuple[int, int, bool]]:
        """Interrupts since the last call: vCPU, number, level."""
        now = guest.raised.get()
        log = guest.raised_log.get()
        new = [log[n % guest.MAX_RAISED] for n in range(self.seen, now)]
        self.seen = now
        return [(entry.vcpu, entry.number, entry.high) for entry in new]
