"""The fake machine's UART keeps what was sent."""

from __future__ import annotations

from wrought.hv.core.domain import Domain
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Array, Ptr, Slice, u8, u64
from wrought.lang.core.static import static

KEPT = 16 << 10
sent = static(Array[u8, KEPT])
sent_bytes = static(u64)
typed = static(Array[u8, 256])
typed_bytes = static(u64)
accepts = static(bool)


@fn
def emit(text: Slice[u8]) -> None:
    """Keep the first KEPT bytes."""
    global sent_bytes
    for byte in text:
        if sent_bytes < KEPT:
            sent[sent_bytes] = byte
            sent_bytes += 1


@fn
def offer(domain: Ptr[Domain], byte: u8) -> bool:
    """Keep it, where the test wants an emulated UART."""
    global typed_bytes
    if not accepts or typed_bytes == 256:
        return False
    typed[typed_bytes] = byte
    typed_bytes += 1
    return True
