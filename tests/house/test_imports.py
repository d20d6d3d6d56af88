"""Who may import whom: the direction of dependencies is a rule of the design."""

from __future__ import annotations

from house.tree import SOURCE, files, imported, kind, module_name, show

FOR_PROGRAMS = ("wrought.lang.core", "wrought.isa")
"""What compiled Python may always import."""

MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "wrought.isa": (),
    "wrought.errors": (),
    "wrought.lang": ("wrought.isa", "wrought.errors"),
    # The compiler calls its run-time library for the program (`print`, formatting).
    "wrought.lang.front": ("wrought.lang", "wrought.rt", "wrought.isa", "wrought.errors"),
    "wrought.rt": (*FOR_PROGRAMS,),
    "wrought.hv.abi": ("wrought.rt", *FOR_PROGRAMS),
    "wrought.hv.core": ("wrought.hv.abi", "wrought.hv.machine", "wrought.rt", *FOR_PROGRAMS),
    # The fake machine implements the written interface, whose types it takes.
    "wrought.hv.fake": ("wrought.hv.abi", "wrought.hv.core", "wrought.hv.machine", "wrought.rt",
                        *FOR_PROGRAMS),
    # One ordinary Python module that says what the hypervisor's program is made of and how it is
    # linked, for the tools, the tests of images and the benchmarks.
    "wrought.hv.image": ("wrought.hv", "wrought.rt", "wrought.lang.build", *FOR_PROGRAMS),
    # The tools run EL2's own code, so that their answers are what EL2 will do.
    "wrought.hv.tool": ("wrought.hv", "wrought.rt", "wrought.lang", "wrought.isa",
                        "wrought.errors"),
    "wrought.hv": ("wrought.rt", *FOR_PROGRAMS),
    "wrought.lua.api": ("wrought.lua", "wrought.lang", "wrought.isa", "wrought.errors"),
    # What the Lua programs and libraries are made of and how they are linked.
    "wrought.lua.ready": ("wrought.lang.build",),
    "wrought.lua.image": ("wrought.lua", "wrought.rt", "wrought.lang.build", *FOR_PROGRAMS),
    "wrought.lua.docs": ("wrought.lua", "wrought.lang.docs"),
    "wrought.lua": ("wrought.rt", *FOR_PROGRAMS),
    "wrought.cli": ("wrought",),
}
"""What a part may import besides itself.  The longest matching name counts."""

ALLOWED: dict[tuple[str, str], str] = {
    ("wrought.hv.fake.iommu", "wrought.hv.drivers.smmu.host"):
        "the fake machine's SMMU is a model of registers; the driver is the real one",
}
"""Exceptions, (importer, imported) to the reason."""


def rule_of(module: str) -> str:
    """The longest key of `MAY_IMPORT` that covers a module, or ""."""
    while module and module not in MAY_IMPORT:
        module = module.rpartition(".")[0]
    return module


def inside(module: str, part: str) -> bool:
    return module == part or module.startswith(part + ".")


def may_import(importer: str, target: str) -> bool:
    """Whether the table lets `importer` use `target`; both are full names inside `wrought`."""
    rule = rule_of(importer)
    own = rule if rule not in ("wrought.hv", "wrought.lua") else ""
    if own and inside(target, own):
        return True
    if not own and inside(target, rule):
        # Compiled parts of one program use each other, but not the Python-side tools.
        return kind(target) == kind(importer) or kind(importer) == "python"
    return target == "wrought" or any(inside(target, part) for part in MAY_IMPORT[rule])


def test_directions():
    wrong = [
        f"{show(path)}:{line}: {module_name(path)} may not import {target}"
        for path in files() if path.suffix == ".py" and path.is_relative_to(SOURCE)
        if rule_of(module_name(path))
        for line, target in imported(path)
        if inside(target, "wrought") and not may_import(module_name(path), target)
        and (module_name(path), target) not in ALLOWED]
    assert not wrong, "\n".join(wrong)


def test_the_rules_bite():
    assert not may_import("wrought.isa.a64", "wrought.lang.core")
    assert not may_import("wrought.lang.front", "wrought.hv.abi")
    assert not may_import("wrought.lang.build.link", "wrought.rt.console")
    assert not may_import("wrought.rt.mem", "wrought.lang.front")
    assert not may_import("wrought.hv.core.sched", "wrought.hv.a64.gic")
    assert not may_import("wrought.hv.a64.traps", "wrought.lua.vm")
    assert not may_import("wrought.hv.a64.traps", "wrought.hv.tool.config")
    assert not may_import("wrought.hv.a64.boot", "wrought.hv.image")
    assert not may_import("wrought.hv.core.life", "wrought.hv.image")
    assert not may_import("wrought.hv.core.life", "wrought.hv.fake.guest")
    assert not may_import("wrought.lua.vm.gc", "wrought.hv.abi")
    assert may_import("wrought.hv.a64.traps", "wrought.hv.core.sched")
    assert may_import("wrought.hv.core.sched", "wrought.hv.abi.xen")
    assert may_import("wrought.hv.image", "wrought.lang.build.program")
    assert may_import("wrought.lua.vm.gc", "wrought.lua.front.lexer")


def test_data_and_compiled_parts_use_no_installed_package():
    """`isa` is data and compiled Python reaches machines without Python: standard library only."""
    import sys

    allowed = sys.stdlib_module_names | {"wrought", "__future__"}
    wrong = [f"{show(path)}:{line}: {target}"
             for path in files() if path.suffix == ".py" and path.is_relative_to(SOURCE)
             if kind(module_name(path)) in ("data", "compiled")
             for line, target in imported(path) if target.partition(".")[0] not in allowed]
    assert not wrong, "\n".join(wrong)
