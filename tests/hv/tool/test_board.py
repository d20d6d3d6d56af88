"""`wrought board`: real verdicts on small trees, bad files, and the page about all boards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import fdt as reference
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from house.tree import ROOT
from rt.device_trees import add, real_trees
from wrought.cli.board import board
from wrought.hv.tool import board_summary
from wrought.hv.tool.board import Report, examine
from wrought.hv.tool.board_text import as_json, lines
from wrought.hv.tool.board_tree import BoardError

GICV3 = {"compatible": "arm,gic-v3",
         "reg": [0, 0x800_0000, 0, 0x1_0000, 0, 0x80A_0000, 0, 0xF6_0000]}
GICV2 = {"compatible": "arm,gic-400", "reg": [
    value for page in range(4) for value in (0, 0x800_0000 + (page << 16), 0, 0x1_0000)]}


def tree(path: Path, *, gic: dict[str, Any] | None = GICV3, psci: str = "smc",
         timer: str = "arm,armv8-timer", uart: dict[str, Any] | None = None,
         enable: str = "psci", memory: bool = True, more: dict[str, dict[str, Any]] | None = None
         ) -> Path:
    """A board's device tree file, with parts replaced or left out."""
    blob = reference.FDT()
    for name, value in (("#address-cells", 2), ("#size-cells", 2), ("interrupt-parent", 1)):
        blob.root.append(reference.PropWords(name, value))
    blob.root.append(reference.PropStrings("model", "Test board"))
    if gic:
        add(blob, "/gic", phandle=[1], n_interrupt_cells=[3], interrupts=[1, 9, 4], **gic)
    if psci:
        add(blob, "/psci", compatible="arm,psci-1.0", method=psci)
    if timer:
        add(blob, "/timer", compatible=timer, interrupts=[1, 13, 8, 1, 14, 8, 1, 11, 8, 1, 10, 8])
    add(blob, "/cpus", n_address_cells=[1], n_size_cells=[0])
    for number in range(2):
        add(blob, f"/cpus/cpu@{number}", device_type="cpu", reg=[number],
            compatible="arm,cortex-a53", enable_method=enable)
    if memory:
        add(blob, "/memory@40000000", device_type="memory", reg=[0, 0x4000_0000, 0, 0x4000_0000])
    add(blob, "/serial@9000000", **{"compatible": "arm,pl011", "interrupts": [0, 1, 4],
                                    "reg": [0, 0x900_0000, 0, 0x1000], **(uart or {})})
    add(blob, "/chosen", stdout_path="/serial@9000000")
    for name, properties in (more or {}).items():
        add(blob, name, **properties)
    path.write_bytes(blob.to_dtb(version=17))
    return path


def run(*arguments: str | Path) -> Result:
    """The command; its exit code is what its function returns."""
    return CliRunner().invoke(board, [str(a) for a in arguments], standalone_mode=False)


def test_a_board_with_everything(tmp_path: Path):
    report = examine(tree(tmp_path / "a.dtb", more={
        "/smmu": {"compatible": "arm,smmu-v3"}, "/gic/its": {"compatible": "arm,gic-v3-its"}}))
    assert (report.verdict, report.bootable, report.missing) == ("ready", True, ())
    assert (report.gic, report.start, report.timer, report.its) == ("v3", "psci smc", "/timer", 1)
    assert report.memory == ((0x4000_0000, 0x4000_0000),)
    assert report.cpus == (("arm,cortex-a53", 2),) and report.iommus == (("SMMUv3", 1),)
    found = report.console
    assert (found.driver, found.base, found.path) == ("pl011", 0x900_0000, "/serial@9000000")
    assert found.interrupt == "/gic <0 1 4>" and not report.notes


def test_a_gicv2(tmp_path: Path):
    assert examine(tree(tmp_path / "a.dtb", gic=GICV2)).gic == "v2"


@pytest.mark.parametrize(("parts", "text"), [
    ({"gic": None}, "the tree has no GIC that is on"),
    ({"gic": {**GICV2, "reg": GICV2["reg"][:8]}}, "no GICH and GICV registers"),
    ({"gic": {**GICV3, "reg": GICV3["reg"][:4]}}, "GICv3 with registers missing"),
    ({"psci": ""}, "no /psci node"),
    ({"psci": "", "enable": "spin-table"}, "CPUs start by spin-table"),
    ({"psci": "hvc"}, "by HVC, which is the hypervisor's own"),
    ({"timer": ""}, "no node is compatible with arm,armv8-timer"),
    ({"uart": {"compatible": "acme,uart"}}, "no driver for acme,uart; write one"),
])
def test_what_is_missing(tmp_path: Path, parts: dict[str, Any], text: str):
    path = tree(tmp_path / "a.dtb", **parts)
    report = examine(path)
    assert report.verdict == "not yet" and len(report.missing) == 1
    assert text in report.missing[0]
    result = run(path)
    assert result.return_value == 1
    assert text in result.output and "not yet" in result.output


def test_a_uart_that_is_off(tmp_path: Path):
    path = tree(tmp_path / "a.dtb", uart={"status": "disabled"})
    report = examine(path)
    assert report.verdict == "silent" and report.console.has_driver
    assert "/serial@9000000" in report.notes[0] and 'status "okay"' in report.notes[0]
    assert run(path).return_value == 0, "the hypervisor runs on it"


def test_a_uart_without_memory_address(tmp_path: Path):
    path = tree(tmp_path / "a.dtb", uart={"compatible": "x", "status": "disabled"}, more={
        "/isa": {"n_address_cells": [2], "n_size_cells": [1]},
        "/isa/serial@2f8": {"compatible": "ns16550a", "reg": [1, 0x2F8, 8]}})
    report = examine(path)
    assert "ns16550a has no memory address" in report.missing[0]


def test_no_uart_and_no_sizes(tmp_path: Path):
    off = {"compatible": "x", "status": "disabled"}
    report = examine(tree(tmp_path / "a.dtb", uart=off, memory=False))
    assert report.console.notes == ("the tree has no UART",) and report.verdict == "silent"
    assert any("the boot loader fills them in" in note for note in report.notes)


def test_text(tmp_path: Path):
    result = run(tree(tmp_path / "a.dtb", uart={
        "compatible": "snps,dw-apb-uart", "reg_shift": [2], "reg_io_width": [4]}))
    assert result.return_value == 0
    first, *rest = result.output.splitlines()
    assert first.endswith("a.dtb: Test board")
    assert rest[0] == ("  console    8250 at 0x9000000, /serial@9000000 (by /chosen/stdout-path), "
                       "a register every 4 bytes, accesses of 4; interrupt /gic <0 1 4>")
    assert "  memory     1024 MB at 0x40000000" in rest
    assert rest[-1].startswith("  verdict    ready")


def test_json(tmp_path: Path):
    result = run("--json", tree(tmp_path / "a.dtb"), tree(tmp_path / "b.dtb", psci=""))
    good, bad = json.loads(result.output)
    assert (good["verdict"], bad["verdict"], result.return_value) == ("ready", "not yet", 1)
    assert good["console"]["base"] == 0x900_0000 and bad["missing"][0].startswith("PSCI")


def test_summary(tmp_path: Path):
    paths = [tree(tmp_path / "a.dtb"), tree(tmp_path / "b.dtb", gic=GICV2),
             tree(tmp_path / "c.dtb", psci=""), tree(tmp_path / "d.dtb", gic=None)]
    output = run("--summary", *paths).output
    table = {tuple(line.split("  ")[0:1]) + tuple(line.split()[-3:]) for line in
             output.splitlines()}
    assert output.startswith("4 boards\n")
    assert ("able to run a hypervisor", "2", "50.0", "%") in table
    assert ("GIC", "2", "50.0", "%") in table, "two have a v3"
    assert ("of these", "2", "100.0", "%") in table


def test_bad_files_are_told_and_do_not_stop_the_others(tmp_path: Path):
    good = tree(tmp_path / "good.dtb")
    blob = good.read_bytes()
    (tmp_path / "text.dtb").write_text("/dts-v1/; / { model = \"no blob, but its source\"; };")
    (tmp_path / "short.dtb").write_bytes(blob[:-10])
    (tmp_path / "empty.dtb").write_bytes(b"")
    broken = bytearray(blob)
    at = int.from_bytes(blob[8:12], "big") + 8
    broken[at:at + 4] = b"\0\0\0\x07"
    (tmp_path / "broken.dtb").write_bytes(broken)
    names = ("text", "short", "empty", "broken", "none", "good")
    result = CliRunner().invoke(board, [str(tmp_path / f"{n}.dtb") for n in names],
                                standalone_mode=False)
    assert result.exception is None and result.return_value == 1
    for name, text in (("text", "no flattened device tree"), ("short", "truncated"),
                       ("empty", "truncated"), ("broken", "makes no sense at its byte 0x8"),
                       ("none", "No such file")):
        line = next(each for each in result.stderr.splitlines() if f"{name}.dtb" in each)
        assert text in line and line.startswith("error: ")
    assert "ready" in result.stdout and "Traceback" not in result.output
    with pytest.raises(BoardError, match="truncated"):
        examine(tmp_path / "short.dtb")


def test_wrong_usage(tmp_path: Path):
    for arguments in ([], ["--summary", "--json", str(tree(tmp_path / "a.dtb"))]):
        result = CliRunner().invoke(board, arguments)
        assert result.exit_code == 2 and "Usage:" in result.output


@pytest.fixture(scope="module")
def reports() -> list[Report]:
    trees = real_trees()
    if not trees:
        pytest.skip("the device trees of the kernel package are not in the cache")
    return board_summary.examine_all(trees)


def test_the_page_is_up_to_date(reports: list[Report]):
    have = (ROOT / "docs/reference" / board_summary.PAGE).read_text("utf-8")
    want = board_summary.page(reports)
    if f"the {len(reports)} device trees" not in have:
        pytest.skip("the cache has another kernel's device trees than the page")
    assert have == want, "run make docs"


def test_the_goals_on_real_boards(reports: list[Report]):
    """Every tree that allows a hypervisor has a GIC and PSCI that EL2 finds, and a driver for any
    UART that it puts on the CPU's bus; nearly all have a console without being told."""
    able = [r for r in reports if board_summary.able(r)]
    assert len(able) >= 0.89 * len(reports)
    assert all(not r.missing or r.console.unreachable for r in able)
    assert not [r.file for r in reports if r.console.unsupported]
    assert sum(r.console.has_driver for r in reports) > 0.99 * len(reports)
    assert sum(r.console.found for r in able) > 0.96 * len(able)


def test_the_generator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                       capsys: pytest.CaptureFixture[str]):
    monkeypatch.setenv("WROUGHT_DEVICE_TREES", str(tmp_path / "trees"))
    (tmp_path / "trees").mkdir()
    assert board_summary.main([str(tmp_path)]) == 0
    assert "left as it is" in capsys.readouterr().err
    assert not (tmp_path / board_summary.PAGE).exists()
    tree(tmp_path / "trees/a.dtb")
    tree(tmp_path / "trees/b.dtb", timer="")
    assert board_summary.main([str(tmp_path)]) == 0
    text = (tmp_path / board_summary.PAGE).read_text("utf-8")
    assert "| able to run a hypervisor | by the tree | 1 | 50.0 % |" in text
    assert "| timer: no node is compatible with arm,armv8-timer | b |" in text
    assert board_summary.main([]) == 2


@settings(deadline=None, max_examples=120)
@given(data=st.data())
def test_hostile_trees_are_reports_or_errors(hostile: tuple[Path, bytes], data: st.DataObject):
    """Whatever the file holds, EL2's readers neither panic nor run forever."""
    path, good = hostile
    blob = bytearray(good)
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(blob) // 4 - 1)) * 4
        value = data.draw(st.sampled_from([0, 1, 2, 3, 4, 9, 0x40, 0x7FFF_FFFF, 0x8000_0000,
                                           0xFFFF_FFFF]) | st.integers(0, 0xFFFF_FFFF))
        blob[at:at + 4] = value.to_bytes(4, "big")
    path.write_bytes(blob)
    try:
        report = examine(path)
    except BoardError:
        return
    assert report.verdict in ("ready", "silent", "not yet")
    assert list(lines(report)) and as_json(report)["bootable"] == (not report.missing)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    path = tree(tmp_path_factory.mktemp("hostile") / "a.dtb", more={
        "/smmu": {"compatible": "arm,smmu-v3"}, "/reserved-memory": {
            "n_address_cells": [2], "n_size_cells": [2], "ranges": True},
        "/reserved-memory/a": {"reg": [0, 0x4100_0000, 0, 0x1000]}})
    return path, path.read_bytes()
