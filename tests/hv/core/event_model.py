"""Event channels as the public headers tell them, in ordinary Python: states, bits and queues."""

from __future__ import annotations

from dataclasses import dataclass, field

FREE, UNBOUND, INTERDOMAIN, VIRQ, IPI = range(5)
STATUS = {FREE: 0, UNBOUND: 1, INTERDOMAIN: 2, VIRQ: 4, IPI: 5}
EPERM, ENOENT, ESRCH, EEXIST, EINVAL, ENOSPC, ENOSYS, EOPNOTSUPP = 1, 2, 3, 17, 22, 28, 38, 95
SELF = 0x7FF0
PER_VCPU = {0, 1, 7, 13}
TABLE = 512
"""Ports have a place in steps of so many, free or not."""


@dataclass
class Port:
    """A port; `queue` is the FIFO queue that it is linked into."""

    state: int = FREE
    vcpu: int = 0
    remote: int = 0
    other: int = 0
    priority: int = 7
    pending: bool = False
    masked: bool = False
    early: bool = False
    queue: tuple[int, int] | None = None


@dataclass
class Domain:
    """A domain with its vCPUs' sides."""

    id: int
    vcpus: int
    limit: int
    ports: list[Port] = field(default_factory=lambda: [Port() for _ in range(TABLE)])
    fifo: bool = False
    pages: int = 0
    informed: set[int] = field(default_factory=lambda: {0})
    registered: set[int] = field(default_factory=set)
    upcall: set[int] = field(default_factory=set)
    news: dict[int, set[int]] = field(default_factory=dict)
    control: set[int] = field(default_factory=set)
    queues: dict[tuple[int, int], list[int]] = field(default_factory=dict)

    def lowest(self) -> int:
        """The port that the next channel gets, or -ENOSPC."""
        for number in range(1, self.limit):
            port = self.ports[number]
            if port.state == FREE and port.queue is None:
                return number
        return -ENOSPC

    def open(self, number: int, state: int, vcpu: int = 0, remote: int = 0, other: int = 0) -> int:
        """Fill in a free port."""
        port = self.ports[number]
        port.state, port.vcpu, port.remote, port.other = state, vcpu, remote, other
        port.priority, port.early = 7, False
        return number


class Model:
    """Some domains; `raised` are (domain, vCPU) of each interrupt in order."""

    def __init__(self, domains: int, vcpus: int, limit: int) -> None:
        self.domains = [Domain(i, vcpus, limit) for i in range(domains)]
        self.raised: list[tuple[int, int]] = []

    def find(self, caller: int, number: int) -> Domain | None:
        """The domain that a call means."""
        number = caller if number == SELF else number
        return self.domains[number] if number < len(self.domains) else None

    def target(self, caller: int, number: int) -> Domain | int:
        """One that the caller controls, or the error."""
        d = self.find(caller, number)
        if d is None:
            return -ESRCH
        return d if caller in (0, d.id) else -EPERM

    def upcall(self, d: Domain, vcpu: int) -> None:
        if vcpu in d.informed and vcpu not in d.upcall:
            d.upcall.add(vcpu)
            self.raised.append((d.id, vcpu))

    def tell(self, d: Domain, vcpu: int, word: int) -> None:
        """Two-level: news in a word."""
        news = d.news.setdefault(vcpu, set())
        if vcpu in d.informed and word not in news:
            news.add(word)
            self.upcall(d, vcpu)

    def link(self, d: Domain, number: int) -> None:
        port = d.ports[number]
        if port.masked or port.queue is not None or port.vcpu not in d.control:
            return
        port.queue = (port.vcpu, port.priority)
        queue = d.queues.setdefault(port.queue, [])
        queue.append(number)
        if len(queue) == 1:
            self.upcall(d, port.vcpu)

    def set_pending(self, d: Domain, number: int) -> None:
        port = d.ports[number]
        if d.fifo and d.pages == 0:
            port.early = True
        elif d.fifo:
            port.pending = True
            self.link(d, number)
        elif not port.pending:
            port.pending = True
            if not port.masked:
                self.tell(d, port.vcpu, number // 64)

    def alloc_unbound(self, caller: int, dom: int, remote: int) -> int:
        d = self.target(caller, dom)
        if isinstance(d, int):
            return d
        number = d.lowest()
        if number > 0:
            d.open(number, UNBOUND, remote=caller if remote == SELF else remote)
        return number

    def bind_interdomain(self, caller: int, remote: int, other: int) -> int:
        d, r = self.domains[caller], self.find(caller, remote)
        if r is None:
            return -ESRCH
        number = d.lowest()
        if number < 0:
            return number
        if other >= TABLE or r.ports[other].state != UNBOUND or r.ports[other].remote != caller:
            return -EINVAL
        d.open(number, INTERDOMAIN, remote=r.id, other=other)
        r.ports[other].state, r.ports[other].other = INTERDOMAIN, number
        self.set_pending(d, number)
        return number

    def bind_virq(self, caller: int, virq: int, vcpu: int) -> int:
        d = self.domains[caller]
        if virq >= 24 or (virq not in PER_VCPU and vcpu != 0):
            return -EINVAL
        if vcpu >= d.vcpus:
            return -ENOENT
        if self.virq_port(d, virq, vcpu):
            return -EEXIST
        number = d.lowest()
        if number > 0:
            d.open(number, VIRQ, vcpu=vcpu, other=virq)
        return number

    def virq_port(self, d: Domain, virq: int, vcpu: int) -> int:
        """The port that a virtual interrupt of a vCPU has, or 0."""
        for number, port in enumerate(d.ports):
            if port.state == VIRQ and port.other == virq and (
                    virq not in PER_VCPU and vcpu == 0 or virq in PER_VCPU and port.vcpu == vcpu):
                return number
        return 0

    def send_virq(self, domain: int, vcpu: int, virq: int) -> None:
        d = self.domains[domain]
        number = self.virq_port(d, virq, vcpu)
        if number:
            self.set_pending(d, number)

    def bind_ipi(self, caller: int, vcpu: int) -> int:
        d = self.domains[caller]
        if vcpu >= d.vcpus:
            return -ENOENT
        number = d.lowest()
        return d.open(number, IPI, vcpu=vcpu) if number > 0 else number

    def bind_vcpu(self, caller: int, number: int, vcpu: int) -> int:
        d = self.domains[caller]
        if vcpu >= d.vcpus:
            return -ENOENT
        port = d.ports[number] if number < TABLE else Port()
        if port.state in (FREE, IPI) or port.state == VIRQ and port.other in PER_VCPU:
            return -EINVAL
        port.vcpu = vcpu
        return 0

    def close(self, caller: int, number: int) -> int:
        d = self.domains[caller]
        if number >= TABLE or d.ports[number].state == FREE:
            return -EINVAL
        port = d.ports[number]
        if port.state == INTERDOMAIN:
            end = self.domains[port.remote].ports[port.other]
            end.state, end.remote, end.other = UNBOUND, caller, 0
        port.state, port.vcpu, port.remote, port.other = FREE, 0, 0, 0
        port.pending = port.early = False
        return 0

    def send(self, caller: int, number: int) -> int:
        d = self.domains[caller]
        port = d.ports[number] if number < TABLE else Port()
        if port.state == IPI:
            self.set_pending(d, number)
        elif port.state == INTERDOMAIN:
            self.set_pending(self.domains[port.remote], port.other)
        elif port.state != UNBOUND:
            return -EINVAL
        return 0

    def unmask(self, caller: int, number: int) -> int:
        d = self.domains[caller]
        if number >= TABLE:
            return -EINVAL
        port = d.ports[number]
        was, port.masked = port.masked, port.masked and d.fifo and d.pages == 0
        if d.fifo and d.pages and port.pending:
            self.link(d, number)
        elif not d.fifo and was and port.pending:
            self.tell(d, port.vcpu, number // 64)
        return 0

    def set_priority(self, caller: int, number: int, priority: int) -> int:
        d = self.domains[caller]
        if number >= TABLE:
            return -EINVAL
        if not d.fifo:
            return -ENOSYS
        if priority > 15:
            return -EINVAL
        d.ports[number].priority = priority
        return 0

    def reset(self, caller: int, dom: int) -> int:
        d = self.target(caller, dom)
        if isinstance(d, int):
            return d
        for number in range(TABLE):
            self.close(d.id, number)
        if d.fifo:
            d.fifo, d.pages, d.control, d.queues = False, 0, set(), {}
            for port in d.ports:
                port.queue, port.masked = None, False
        return 0

    def init_control(self, caller: int, vcpu: int) -> int:
        d = self.domains[caller]
        if vcpu >= d.vcpus:
            return -ENOENT
        if vcpu in d.control:
            return -EINVAL
        d.control.add(vcpu)
        if not d.fifo:
            d.fifo = True
            for port in d.ports:
                port.early, port.pending, port.masked = port.pending, False, False
                port.priority = 7
        return 0

    def expand_array(self, caller: int) -> int:
        d = self.domains[caller]
        if not d.fifo:
            return -EOPNOTSUPP
        d.pages += 1
        for number, port in enumerate(d.ports):
            if port.early:
                port.early = False
                self.set_pending(d, number)
        return 0

    def register_info(self, caller: int, vcpu: int) -> int:
        d = self.domains[caller]
        if vcpu >= d.vcpus:
            return -ENOENT
        if vcpu in d.registered:
            return -EINVAL
        d.registered.add(vcpu)
        d.informed.add(vcpu)
        d.upcall.add(vcpu)
        d.news[vcpu] = set(range(64))
        self.raised.append((d.id, vcpu))
        return 0

    def handle(self, caller: int, vcpu: int) -> list[int]:
        """The guest's interrupt handler: the events that it takes, in order."""
        d = self.domains[caller]
        if vcpu not in d.informed or vcpu not in d.upcall:
            return []
        d.upcall.discard(vcpu)
        return self.handle_fifo(d, vcpu) if d.fifo else self.handle_two_level(d, vcpu)

    def handle_two_level(self, d: Domain, vcpu: int) -> list[int]:
        words, d.news[vcpu] = d.news.get(vcpu, set()), set()
        done = []
        for number, port in enumerate(d.ports):
            if number // 64 in words and port.pending and not port.masked:
                port.pending = False
                done.append(number)
        return done

    def handle_fifo(self, d: Domain, vcpu: int) -> list[int]:
        done = []
        for priority in range(16):
            for number in d.queues.pop((vcpu, priority), []):
                port = d.ports[number]
                port.queue = None
                if port.pending and not port.masked:
                    port.pending = False
                    done.append(number)
        return done
