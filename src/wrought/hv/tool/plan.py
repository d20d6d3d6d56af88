"""From a partition to what is put into memory: the image, the device tree, every file's place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from wrought.errors import WroughtError
from wrought.hv.tool import chosen, packages, qemu
from wrought.hv.tool.devicetree import Tree, parse
from wrought.hv.tool.initramfs import initramfs
from wrought.hv.tool.kernel import GZIP, image_header, raw_image
from wrought.hv.tool.partition import BUSYBOX, Source
from wrought.hv.tool.passthrough import Wrong, claim, fragment
from wrought.hv.tool.placement import Request, banks_of, place, reserved_of
from wrought.hv.tool.problems import Problem
from wrought.hv.tool.quantities import Range, show_size

TREE_NAME = "machine.dtb"


@dataclass(frozen=True)
class Module:
    """A file of a domain, and where it lies."""

    domain: int
    """The domain's number in the file, from 0."""
    kind: str
    """One of `chosen.KINDS`."""
    path: Path
    place: Range


@dataclass(frozen=True)
class Plan:
    """Everything that a boot loader, or QEMU, must put into memory."""

    source: Source
    image: Path
    """The hypervisor, an uncompressed arm64 Image."""
    image_place: Range
    """Where it lies, with the memory that it needs."""
    tree: Tree
    tree_path: Path
    """The finished device tree, written."""
    tree_place: Range
    modules: tuple[Module, ...]
    arguments: tuple[str, ...] = ()
    """QEMU's command line as far as the machine; empty of a real board."""

    def command(self, extra: Sequence[str] = ()) -> list[str]:
        """The whole command line of QEMU, with its console on standard input and output.

        Raises `QemuError` for a real board.
        """
        if not self.arguments:
            qemu.machine_arguments(self.source.partition.machine)
        loads = [word for module in self.modules for word in (
            "-device", f"loader,file={_comma(module.path)},addr={module.place.start:#x},"
                       "force-raw=on")]
        return [*self.arguments, "-serial", "stdio", "-kernel", str(self.image),
                "-dtb", str(self.tree_path), *loads, *extra]


def prepare(source: Source, folder: Path, hypervisor: Path | None = None,
            dtb: Path | None = None, extra: Sequence[str] = ()) -> Plan:
    """Collect, build and place everything; files that are made go to `folder`.

    `hypervisor` and `dtb` stand for those that the partition names.  `extra` are words for QEMU
    that may change the machine's tree.  Raises `WroughtError`.
    """
    machine = source.partition.machine
    image = hypervisor_image(source, folder, hypervisor)
    header = image_header(image.read_bytes(), image.name)
    if dtb is None and machine.dtb is not None:
        dtb = source.file(machine.dtb)
    if machine.emulated is None:
        assert dtb is not None and machine.load is not None
        arguments, banks = list[str](), [machine.load]
        tree = parse(dtb.read_bytes(), str(dtb))
        image_at, tree_at = place([
            Request("the hypervisor", header.size, offset=header.text_offset % (2 << 20)),
            Request("the device tree", qemu.TREE_ROOM)], banks, reserved_of(tree))
        kept = [Range(image_at, header.size), Range(tree_at, qemu.TREE_ROOM)]
    else:
        arguments = [*qemu.machine_arguments(machine), *extra]
        tree = qemu.board_tree(machine, arguments, folder, dtb)
        banks = banks_of(tree)
        kept = qemu.used_by_qemu(machine, header.size, header.text_offset)
    files = list(_files(source, tree, folder))
    _check_sizes(source, files)
    modules = tuple(_place(source, tree, files, banks, kept))
    chosen.describe(tree, source.partition, {(m.domain, m.kind): m.place for m in modules})
    path = folder / TREE_NAME
    path.write_bytes(tree.to_bytes())
    if path.stat().st_size > qemu.TREE_ROOM // 2:
        raise WroughtError(f"the device tree has {path.stat().st_size} bytes, more than the "
                           f"{qemu.TREE_ROOM // 2} that a kernel's boot protocol allows")
    return Plan(source, image, kept[0], tree, path, kept[1], modules, tuple(arguments))


def hypervisor_image(source: Source, folder: Path, given: Path | None) -> Path:
    """The hypervisor as an uncompressed Image: one given, one named, or ours, built."""
    named = source.partition.hypervisor.image
    path = given or (source.file(named) if named else None)
    if path is None:
        from wrought.hv.image import program

        return program().build(folder / "hypervisor.img", "image")
    data = path.read_bytes()
    raw = raw_image(data, str(path))
    if raw is data:
        return path
    (folder / "hypervisor.img").write_bytes(raw)
    return folder / "hypervisor.img"


def _files(source: Source, tree: Tree, folder: Path) -> Iterator[tuple[int, str, Path]]:
    """The files of all domains: number, kind, path.  Devices are taken from the tree."""
    problems: list[Problem] = []
    for i, domain in enumerate(source.partition.domain):
        yield i, "kernel", _kernel(source.file(domain.kernel), folder / f"kernel{i}")
        if domain.ramdisk == BUSYBOX:
            yield i, "ramdisk", _busybox(folder)
        elif domain.ramdisk:
            yield i, "ramdisk", source.file(domain.ramdisk)
        try:
            if domain.device_tree:
                for device in domain.devices:
                    claim(tree, device)
                yield i, "device-tree", source.file(domain.device_tree)
            elif domain.devices:
                path = folder / f"devices{i}.dtb"
                path.write_bytes(fragment(tree, domain.devices).to_bytes())
                yield i, "device-tree", path
        except Wrong as error:
            problems.append(Problem(("domain", i, "devices"), str(error)))
    if problems:
        raise source.error(*problems)


def _kernel(path: Path, spare: Path) -> Path:
    """A kernel as the hypervisor takes it: raw or gzip'd; others are unpacked to `spare`."""
    data = path.read_bytes()
    raw = raw_image(data, str(path))
    if raw is data or data[:2] == GZIP:
        return path
    spare.write_bytes(raw)
    return spare


def _busybox(folder: Path) -> Path:
    path = folder / "busybox.cpio"
    if not path.exists():
        path.write_bytes(initramfs(busybox=packages.busybox()))
    return path


def _check_sizes(source: Source, files: list[tuple[int, str, Path]]) -> None:
    """A domain's memory holds its files.  Raises `PartitionError`."""
    problems: list[Problem] = []
    for i, domain in enumerate(source.partition.domain):
        needed = sum(_request("", kind, path).size for j, kind, path in files if i == j)
        if needed > domain.size:
            key = "memory" if domain.memory is not None else "static-memory"
            problems.append(Problem(("domain", i, key), f"{show_size(domain.size)}: kernel and "
                                    f"ramdisk alone need {-(-needed >> 20)} MiB"))
    if problems:
        raise source.error(*problems)


def _place(source: Source, tree: Tree, files: list[tuple[int, str, Path]],
           banks: list[Range], kept: list[Range]) -> Iterator[Module]:
    partition = source.partition
    taken = [*kept, *reserved_of(tree)]
    taken += [piece for domain in partition.domain for piece in domain.static_memory]
    taken += [shared.memory for shared in partition.shared_memory]
    requests = [_request(partition.domain[i].name, kind, path) for i, kind, path in files]
    starts = place(requests, banks, taken)
    for (i, kind, path), start in zip(files, starts, strict=True):
        yield Module(i, kind, path, Range(start, path.stat().st_size))


def _request(name: str, kind: str, path: Path) -> Request:
    """Room for a file; for a kernel, as much as it needs to run where it is."""
    size, what = path.stat().st_size, f'the {kind} of "{name}"'
    if kind == "kernel":
        data = path.read_bytes()
        if data[:2] != GZIP:
            header = image_header(data, str(path))
            return Request(what, header.size, offset=header.text_offset % (2 << 20))
    return Request(what, size)


def _comma(path: Path) -> str:
    """A path in an option of QEMU's, where a comma is written twice."""
    return str(path).replace(",", ",,")
