"""The reference page of partition files, from their schema.

A key's type, default and meaning stand in `wrought.hv.tool.schema`; its example is here, and the
tests let the schema judge it.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from enum import Enum
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

from pydantic.fields import FieldInfo

from wrought.hv.tool import imagebuilder, schema
from wrought.hv.tool.quantities import Address, MemoryRange, Size, show_size
from wrought.lang.docs.markdown import code, page, table, wrap

INTRO = wrap("A partition file is TOML. It says which machine is divided, into which domains, and "
             "what these share. `wrought check`, `wrought run` and `wrought build` read it; the "
             "[guide](../guide/partition.md) writes one from nothing. Unknown keys, values out of "
             "range and parts that do not fit together are errors, all of them told at once with "
             "their lines. Files are named relative to the partition file.")
FORMS = {
    "size": '"256 MiB", "1 GiB", "64 KiB", or bytes as a number; a multiple of 4 KiB',
    "address": "a multiple of 0x1000 below 2^48",
    "range": '"0x60000000 + 64 MiB" or "0x60000000-0x64000000"',
    "name": "a letter, then at most 30 letters, digits, dots, dashes or underscores",
    "path": "the path of a node of the device tree, from /",
    "domain:port": f'"left:10", a domain and a port of 1 to {schema.MAX_PORT}',
}
"""How values are written that TOML has no type for."""
NAMED: tuple[tuple[Any, str], ...] = (
    (Size, "size"), (Address, "address"), (MemoryRange, "range"), (schema.Name, "name"),
    (schema.DevicePath, "path"), (schema.Side, "domain:port"))
MORE = {
    "kernel": "`debian:cloud` has the drivers of virtual machines, `debian:full` those of all "
              "boards.",
    "ramdisk": "`busybox` gives a shell, and says when it is there.",
    "vcpus": "At most 8 where the machine has a GICv2.",
}
"""What is to be said besides a key's meaning."""


class Section(NamedTuple):
    """A table of the file."""

    title: str
    model: type[schema.Strict]
    about: str


SECTIONS = (
    Section("[machine]", schema.Machine, "What is divided. Without `board` and `dtb` it is QEMU's "
            "`virt`; with `dtb` alone it is a real board, and `load` must say where files may go."),
    Section("[hypervisor]", schema.Hypervisor, "Options of the hypervisor itself."),
    Section("[[domain]]", schema.Domain, "One for each domain, 1 to "
            f"{schema.MAX_DOMAINS}. `memory` may be left out where `static-memory` is given. The "
            "end of the hardware domain is the machine's."),
    Section("[[domain.devices]]", schema.Device, "The long form of a device; the short one is its "
            "path alone."),
    Section("[[shared-memory]]", schema.SharedMemory, "Memory that several domains see. Nobody "
            "executes it."),
    Section("[[channel]]", schema.Channel, "Event channels that are bound before the domains "
            "start."),
)
EXAMPLES = {
    "[machine]": {
        "board": '"xlnx-zcu102"', "cpus": "4", "memory": '"2 GiB"', "gic": "2",
        "cpu": '"cortex-a72"', "iommu": '"smmuv3"', "dtb": '"board.dtb"',
        "load": '"0x40000000 + 1 GiB"'},
    "[hypervisor]": {
        "image": '"debian:xen"', "scheduler": '"fair"', "log-level": '"debug"',
        "console": '"/pl011@9000000"', "bootargs": '"sched=null"'},
    "[[domain]]": {
        "name": '"left"', "kernel": '"debian:cloud"', "ramdisk": '"busybox"',
        "bootargs": '"console=ttyAMA0 rdinit=/init quiet"', "memory": '"256 MiB"', "vcpus": "2",
        "affinity": "[0, 1]", "weight": "512", "cap": "50",
        "static-memory": '["0x60000000 + 64 MiB"]', "direct-map": "true",
        "devices": '["/pl031@9010000"]', "device-tree": '"bridge.dtb"', "console": '"pv"',
        "hardware": "true", "on-crash": '"restart"', "on-poweroff": '"halt"',
        "on-reboot": '"destroy"'},
    "[[domain.devices]]": {"path": '"/pl031@9010000"', "trusted": "true"},
    "[[shared-memory]]": {
        "name": '"mail"', "domains": '["left", "right"]', "memory": '"0x70000000 + 64 KiB"',
        "address": "0x5000_0000"},
    "[[channel]]": {"between": '["left:10", "right:12"]'},
}
"""A value of every key, as TOML writes it."""


def form(hint: Any) -> str:
    """How a value of this type is written."""
    for known, name in NAMED:
        if hint == known:
            return name
    arguments = get_args(hint)
    if get_origin(hint) is Annotated:
        inner, *more = arguments
        bounds = [f"{word} {value}" for one in more if isinstance(one, FieldInfo)
                  for word, value in _bounds(one)]
        return " ".join([form(inner), *bounds])
    if get_origin(hint) is tuple:
        if arguments[-1] is not Ellipsis:
            return f"{len(arguments)} × {form(arguments[0])}"
        return f"list: {form(arguments[0])}"
    if get_origin(hint) is Literal:
        return ", ".join(code(_toml(value)) for value in arguments)
    if type(None) in arguments:
        return form(next(one for one in arguments if one is not type(None)))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return ", ".join(code(_toml(one.value)) for one in hint)
    if isinstance(hint, type) and issubclass(hint, schema.Strict):
        return "path or table"
    return {str: "text", int: "number", bool: "`true` or `false`"}[hint]


def _bounds(field: FieldInfo) -> Iterator[tuple[str, int]]:
    for one in field.metadata:
        if hasattr(one, "ge"):
            yield "from", one.ge
        if hasattr(one, "le"):
            yield "to", one.le
        if hasattr(one, "lt"):
            yield "to", one.lt - 1


def default(field: FieldInfo) -> str:
    """What holds where nothing is written."""
    if field.is_required():
        return "required"
    value = field.default
    if value is None or value in ((), ""):
        return "none"
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1 << 20:
        return code(_toml(show_size(value)))
    return code(_toml(value))


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def meanings(model: type) -> dict[str, str]:
    """The docstring of each field, by name."""
    body = next(node for node in ast.parse(inspect.getsource(schema)).body
                if isinstance(node, ast.ClassDef) and node.name == model.__name__).body
    found: dict[str, str] = {}
    for field, after in zip(body, [*body[1:], None], strict=True):
        if (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
                and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)):
            found[field.target.id] = " ".join(str(after.value.value).split())
    return found


def rows(section: Section) -> Iterator[tuple[str, ...]]:
    """Key, value, default, meaning, example."""
    hints = get_type_hints(section.model, include_extras=True)
    about = meanings(section.model)
    for name, field in section.model.model_fields.items():
        key = field.alias or name
        more = f" {MORE[name]}" if name in MORE else ""
        yield (code(key), form(hints[name]), default(field), about[name] + more,
               code(f"{key} = {EXAMPLES[section.title][key]}"))


def _imagebuilder() -> Iterator[str]:
    yield "## ImageBuilder configs"
    yield wrap("A file of shell assignments without TOML's tables is read as a configuration of "
               "ImageBuilder's. A domain's variables begin with `DOM0_`, or with `DOMU_` and end "
               "with its number, `DOMU_KERNEL[0]`. Commands in values are refused, variables are "
               "replaced. Other variables that are set are errors, so that nothing is lost "
               "silently. The scheduler is `fair`.")
    domain = [(code(f"DOM0_{name}") + ", " + code(f"DOMU_{name}[n]"), code(f"[[domain]] {key}"),
               code(imagebuilder.DOMU_DEFAULTS.get(f"DOMU_{name}", "")))
              for name, (key, _) in imagebuilder.DOMAIN.items()]
    machine = [(code(name), code(f"[{key[0]}] {key[1]}"), "")
               for name, (key, _) in imagebuilder.MACHINE.items()]
    load = (code("MEMORY_START") + ", " + code("MEMORY_END"), code("[machine] load"), "")
    yield table(("variable", "key", "default of a domU"), [*domain, *machine, load])
    yield wrap("Sizes are megabytes; `STATIC_MEM` is pairs of address and size, and makes "
               "`direct-map` true unless `DIRECT_MAP` says otherwise. Read and not needed: "
               + ", ".join(map(code, sorted(imagebuilder.UNUSED))) + ".")


def partition() -> str:
    """The page's text."""
    parts = [table(("written", "means"), FORMS.items())]
    for section in SECTIONS:
        parts += [f"## {section.title}", wrap(section.about),
                  table(("key", "value", "default", "meaning", "example"), rows(section))]
    return page("Partition file", INTRO, "`wrought.hv.tool.schema`", [*parts, *_imagebuilder()])
