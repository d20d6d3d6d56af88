"""What is typed at the one UART: into a domain, or commands of the hypervisor's."""

from __future__ import annotations

from wrought.hv.core.console_ring import console_ring_typed
from wrought.hv.core.console_types import INPUT_BYTES
from wrought.hv.core.debug_keys import debug_key
from wrought.hv.core.domain import MAX_DOMAINS, Domain, DomainState, domains
from wrought.hv.core.events_virq import event_send_virq
from wrought.hv.machine.console import uart_takes
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, u8, u64
from wrought.lang.core.static import static

SWITCH = 1
"""CTRL-a; three in a row move the input on, as in Xen."""
TIMES = 3
VIRQ_CONSOLE = 2

focus = static(u64, MAX_DOMAINS)
"""The domain that gets input; MAX_DOMAINS for the hypervisor itself."""
switches = static(u64)


@fn
def focused() -> Ptr[Domain] | None:
    """The domain that gets input, unless it is gone, for ever or to come back."""
    if focus >= MAX_DOMAINS:
        return None
    return domains[focus]


@fn
def move_focus() -> None:
    """To the next domain that runs; behind the last to the hypervisor."""
    global focus
    at = u64(0) if focus >= MAX_DOMAINS else focus + 1
    while at < MAX_DOMAINS:
        domain = domains[at]
        if domain is not None and domain.state.load(Order.ACQUIRE) == u8(DomainState.RUNNING):
            focus = at
            print(f"input goes to {domain.label()} (CTRL-a three times moves on)")
            return
        at += 1
    focus = MAX_DOMAINS
    print("input goes to the hypervisor (h for help)")


@fn
def receive(byte: u8) -> None:
    """A byte was typed."""
    global switches
    if byte == SWITCH:
        switches += 1
        if switches == TIMES:
            switches = 0
            move_focus()
        return
    while switches > 0:
        switches -= 1
        type_byte(SWITCH)
    type_byte(byte)


@fn
def type_byte(byte: u8) -> None:
    """Into the domain, by its UART or its console ring."""
    if focus >= MAX_DOMAINS:
        debug_key(byte)
        return
    domain = focused()
    if domain is None:
        # What is meant for a domain that restarts is no command of ours.
        return
    # One queue, so that bytes stay in order whatever room the UART has.
    with domain.console.lock:
        if domain.console.head - domain.console.tail < INPUT_BYTES:
            domain.console.input[domain.console.head % INPUT_BYTES] = byte
            domain.console.head += 1
    if uart_takes(domain) or console_ring_typed(domain):
        return
    vcpu = domain.vcpu(0)
    if vcpu is not None:
        event_send_virq(vcpu, VIRQ_CONSOLE)
