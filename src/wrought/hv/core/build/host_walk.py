"""A walk over the board's device tree that passes over what the hardware domain does not get."""

from __future__ import annotations

from wrought.hv.abi.address import PAGE
from wrought.hv.core.build.host import is_held
from wrought.lang.core.decl import enum, struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import add_ovf, addr_of, unroll, zeroed
from wrought.lang.core.scalars import Array, Ptr, Slice, u8, u64
from wrought.rt.bytes import ABSENT, equal, find, starts_with
from wrought.rt.fdt import ROOT, Fdt, Token, Walk
from wrought.rt.fdt_address import translate_in
from wrought.rt.fdt_find import next_child, node_name, property_of, walk_from
from wrought.rt.fdt_tree import DEEPEST, Lineage
from wrought.rt.fdt_values import equal_text, has_text, reg, text

TIMERS = (b"arm,armv8-timer", b"arm,armv7-timer")
REPLACED = (b"arm,psci", b"arm,psci-0.2", b"arm,psci-1.0", b"arm,psci-1.1", b"xen,xen",
            b"multiboot,module", b"xen,multiboot-module", b"xen,domain", b"xen,evtchn-v1",
            b"xen,domain-shared-memory-v1")
"""`compatible` of nodes that are the hypervisor's affair."""
IOMMUS = (b"arm,smmu-v1", b"arm,smmu-v2", b"arm,smmu-v3", b"arm,mmu-400", b"arm,mmu-401",
          b"arm,mmu-500")
"""Those that old trees give no #iommu-cells."""


@enum(u8)
class Role:
    """What becomes of a node in the hardware domain's tree."""

    KEEP = 0
    HIDE = 1
    """It is not there, nor anything below it."""
    ROOT = 2
    CHOSEN = 3
    GIC = 4
    TIMER = 5


@struct
class HostWalk:
    """A walk by `step`; `line` and `role` are those of the node that was begun last or whose
    property was read."""

    tree: Ptr[Fdt]
    gic: u64
    """The interrupt controller's node, or ABSENT."""
    walk: Walk
    line: Lineage
    roles: Array[Role, DEEPEST]
    hidden: u64
    """Depth of the node that hides all below it, 0 for none."""

    def step(self) -> Token:
        """The next token of what is not hidden; FINISH and BAD are final."""
        while True:
            token = self.walk.step()
            if token == Token.BEGIN:
                self.enter()
            elif token == Token.END:
                self.line.depth = self.walk.depth
                if self.hidden == self.walk.depth + 1:
                    self.hidden = 0
                    continue
            if self.hidden == 0 or token in (Token.BAD, Token.FINISH):
                return token

    def enter(self) -> None:
        """A node begins."""
        depth = self.walk.depth
        if self.hidden != 0:
            return
        if depth > DEEPEST:
            self.hidden = depth
            return
        self.line.nodes[depth - 1] = self.walk.start
        self.line.depth = depth
        role = role_of(self.tree, addr_of(self.line), self.gic)
        self.roles[depth - 1] = role
        if role == Role.HIDE:
            self.hidden = depth

    def role(self) -> Role:
        """Of the node inside which the walk is."""
        return self.roles[self.line.depth - 1] if self.line.depth > 0 else Role.ROOT

    def node(self) -> u64:
        """That node."""
        return self.line.nodes[self.line.depth - 1] if self.line.depth > 0 else u64(ROOT)


@fn
def begin_walk(into: Ptr[HostWalk], tree: Ptr[Fdt], gic: u64) -> None:
    """A walk from the root."""
    into.tree = tree
    into.gic = gic
    into.walk = walk_from(tree, ROOT)
    into.line.depth = 0
    into.hidden = 0


@fn
def role_of(tree: Ptr[Fdt], line: Ptr[Lineage], gic: u64) -> Role:
    """What becomes of the node at the end of `line`."""
    node = line.nodes[line.depth - 1]
    if line.depth == 1:
        return Role.ROOT
    if node == gic:
        return Role.GIC
    if line.nodes[line.depth - 2] == gic:
        return Role.HIDE
    name = node_name(tree, node)
    if line.depth == 2 and equal(name, b"chosen"):
        return Role.CHOSEN
    if line.depth == 2 and equal(name, b"cpus") or is_memory(tree, node):
        return Role.HIDE
    compatible = property_of(tree, node, b"compatible").data
    for each in unroll(TIMERS):
        if has_text(compatible, each):
            return Role.TIMER
    if is_replaced(tree, node, compatible) or is_taken(tree, line):
        return Role.HIDE
    return Role.KEEP


@fn
def is_memory(tree: Ptr[Fdt], node: u64) -> bool:
    """Whether it tells of RAM."""
    return equal_text(property_of(tree, node, b"device_type").data, b"memory")


@fn
def is_replaced(tree: Ptr[Fdt], node: u64, compatible: Slice[u8]) -> bool:
    """Whether it is something that the hypervisor does itself, or that belongs to a CPU."""
    for each in unroll(REPLACED):
        if has_text(compatible, each):
            return True
    return is_iommu(tree, node, compatible) or is_cpu_monitor(tree, node, compatible)


@fn
def is_iommu(tree: Ptr[Fdt], node: u64, compatible: Slice[u8]) -> bool:
    """Whether it translates DMA."""
    for each in unroll(IOMMUS):
        if has_text(compatible, each):
            return True
    return property_of(tree, node, b"#iommu-cells").found


@fn
def is_cpu_monitor(tree: Ptr[Fdt], node: u64, compatible: Slice[u8]) -> bool:
    """Whether it is a CPU's performance monitor, which guests do not see: one with system
    registers only."""
    first = text(compatible)
    if property_of(tree, node, b"reg").found:
        return False
    return find(first, b"-pmu", 0) != ABSENT


@fn
def is_taken(tree: Ptr[Fdt], line: Ptr[Lineage]) -> bool:
    """Whether a device is marked for another domain, or its registers lie in somebody's pages.
    A bus stays for the sake of what is on it."""
    node = line.nodes[line.depth - 1]
    if property_of(tree, node, b"xen,passthrough").found:
        return True
    if next_child(tree, node, ABSENT) != ABSENT:
        return False
    i: u64 = 0
    parent = line.nodes[line.depth - 2]
    while reg(tree, parent, node, i).found:
        place = translate_in(tree, line, i)
        if place.found and place.size != 0:
            start = place.address & ~u64(PAGE - 1)
            end, wrapped = add_ovf(place.address, place.size)
            if not wrapped and is_held(start, end):
                return True
        i += 1
    return False


@fn
def is_reserved_memory(tree: Ptr[Fdt], line: Ptr[Lineage]) -> bool:
    """Whether the node is a region of `/reserved-memory`."""
    return line.depth == 3 and starts_with(node_name(tree, line.nodes[1]), b"reserved-memory")


@fn
def find_gic(tree: Ptr[Fdt], distributor: u64) -> u64:
    """The node of the interrupt controller whose first registers are at that machine address, or
    ABSENT."""
    walk = walk_from(tree, ROOT)
    line = zeroed(Lineage)
    token = walk.step()
    while token not in (Token.BAD, Token.FINISH):
        if token == Token.BEGIN and walk.depth <= DEEPEST:
            line.nodes[walk.depth - 1] = walk.start
            line.depth = walk.depth
            if property_of(tree, walk.start, b"interrupt-controller").found:
                place = translate_in(tree, addr_of(line), 0)
                if place.found and place.address == distributor:
                    return walk.start
        token = walk.step()
    return ABSENT
