"""Interrupt masking: `with irqs_masked(): …` (Arm ARM DDI 0487, C5.2 DAIF)."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import mask_irqs, restore_irqs
from wrought.lang.core.scalars import u64


@struct
class MaskedIrqs:
    """Debug, SError, IRQ and FIQ exceptions are held back while it is entered; they nest."""

    old: u64

    def __enter__(self) -> None:
        """Mask, and remember what was masked before."""
        self.old = mask_irqs()

    def __exit__(self) -> None:
        """Put the mask back."""
        restore_irqs(self.old)


@fn(inline=True)
def irqs_masked() -> MaskedIrqs:
    """A mask for one `with` statement."""
    return MaskedIrqs(0)
