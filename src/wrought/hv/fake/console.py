"""The fake machine's UART keeps what was sent."""

from __future__ import annotations

from wrought.hv.core.console_types import INPUT_BYTES
from wrought.hv.core.domain import Domain
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Array, Ptr, Slice, u8, u64
from wrought.lang.core.static import static

KEPT = 16 << 10
TYPED = 256
sent = static(Array[u8, KEPT])
sent_bytes = static(u64)
typed = static(Array[u8, TYPED])
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
def uart_takes(domain: Ptr[Domain]) -> bool:
    """Take all at once, where the test wants an emulated UART."""
    global typed_bytes
    while accepts and domain.console.tail != domain.console.head and typed_bytes < TYPED:
        typed[typed_bytes] = domain.console.input[domain.console.tail % INPUT_BYTES]
        domain.console.tail += 1
        typed_bytes += 1
    return accepts
