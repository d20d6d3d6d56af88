"""`wrought build`: the files that a board's boot loader needs, and how it loads them."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from wrought.errors import WroughtError
from wrought.hv.tool.partition import Source
from wrought.hv.tool.plan import Module, Plan, prepare
from wrought.hv.tool.quantities import Range, show_size

IMAGE, TREE, SCRIPT, README = "wrought.img", "machine.dtb", "boot.source", "README"
SCRIPT_HELP = "mkimage -A arm64 -T script -C none -d boot.source boot.scr"


def build(source: Source, folder: Path, hypervisor: Path | None = None,
          dtb: Path | None = None) -> list[Path]:
    """Write everything to `folder`, which is replaced as a whole or not at all.

    The folder must be new, empty, or one that this wrote before.  Returns the files.
    """
    _check_target(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".wrought-") as temporary:
        work, made = Path(temporary) / "work", Path(temporary) / "made"
        work.mkdir()
        made.mkdir()
        plan = prepare(source, work, hypervisor, dtb)
        _write(plan, made)
        if folder.exists():
            folder.rename(Path(temporary) / "old")
        made.rename(folder)
    return sorted(folder.iterdir())


def _check_target(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise WroughtError(f"{folder} is a file; a folder is wanted")
    names = {path.name for path in folder.iterdir()}
    if names and not {IMAGE, TREE, SCRIPT} <= names:
        raise WroughtError(f"{folder} holds other files ({sorted(names)[0]}); a folder that is "
                           "new, empty or made by `wrought build` is wanted")


def _write(plan: Plan, folder: Path) -> None:
    shutil.copyfile(plan.image, folder / IMAGE)
    shutil.copyfile(plan.tree_path, folder / TREE)
    for module in plan.modules:
        shutil.copyfile(module.path, folder / name_of(plan, module))
    (folder / SCRIPT).write_text("\n".join(_script(plan)) + "\n", encoding="utf-8")
    (folder / README).write_text("\n".join(_readme(plan, folder)) + "\n", encoding="utf-8")
    for path in folder.iterdir():
        os.chmod(path, 0o644)
    os.chmod(folder, 0o755)


def name_of(plan: Plan, module: Module) -> str:
    """`left.kernel`, `left.ramdisk`, `left.device-tree`."""
    return f"{plan.source.partition.domain[module.domain].name}.{module.kind}"


def _loads(plan: Plan) -> Iterator[tuple[str, Range, str]]:
    """File, place and purpose of all that is loaded."""
    yield IMAGE, plan.image_place, "the hypervisor"
    yield TREE, plan.tree_place, "the device tree, with all domains in /chosen"
    for module in plan.modules:
        name = plan.source.partition.domain[module.domain].name
        yield name_of(plan, module), module.place, f'the {module.kind} of "{name}"'


def _script(plan: Plan) -> Iterator[str]:
    """U-Boot commands; `$load` is set by whoever wants another device or tftp."""
    yield "# Made by wrought build.  Set `load` before sourcing this to load from elsewhere:"
    yield '# setenv load "tftpboot" for instance.'
    yield 'test -n "${load}" || setenv load "load ${devtype} ${devnum}:${distro_bootpart}"'
    for name, place, _ in _loads(plan):
        yield f"${{load}} {place.start:#x} {name}"
    # The tree is complete: U-Boot must neither move it nor add to /chosen what it does not know.
    yield "setenv fdt_high 0xffffffffffffffff"
    yield "setenv initrd_high 0xffffffffffffffff"
    yield "setenv bootargs"
    yield f"booti {plan.image_place.start:#x} - {plan.tree_place.start:#x}"


def _readme(plan: Plan, folder: Path) -> Iterator[str]:
    """What goes where."""
    yield f"Made by `wrought build {plan.source.path.name}`."
    yield ""
    yield "Put these files on the boot medium, then let U-Boot run boot.source:"
    yield f"    {SCRIPT_HELP}"
    yield "or load them by any other means to these addresses and start the hypervisor at EL2, the"
    yield "MMU off, with the device tree's address in x0 (Linux, arch/arm64/booting.rst):"
    yield ""
    for name, place, what in _loads(plan):
        size = (folder / name).stat().st_size
        yield f"    {place.start:#14x}  {name:28} {size:>10} bytes  {what}"
    yield ""
    yield "Domains:"
    for domain in plan.source.partition.domain:
        kind = "hardware domain" if domain.hardware else "domain"
        yield (f"    {domain.name}: {kind}, {domain.vcpus} vCPU{'s' * (domain.vcpus > 1)}, "
               f"{show_size(domain.size)}")
