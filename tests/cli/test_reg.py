"""`wrought reg`: names, encodings, values, and what is said about wrong ones."""

from __future__ import annotations

import pytest

from wrought.cli import main


def told(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert main.run(["reg", *arguments]) == code
    captured = capsys.readouterr()
    return captured.out + captured.err


def test_a_data_abort(capsys: pytest.CaptureFixture[str]):
    text = told(capsys, "esr_el2", "0x93c08045")
    assert "S3_4_C5_C2_0, RW, 64 bits" in text
    for line in ("   31:26  EC               0x24       data abort from a lower level",
                 "      24  ISV              0x1",
                 "   23:22  SAS              0x3        8 bytes",
                 "       6  WnR              0x1        write",
                 "     5:0  DFSC             0x5        translation fault, level 1"):
        assert line in text.splitlines()


def test_a_trapped_access_names_the_register(capsys: pytest.CaptureFixture[str]):
    assert "about: SCTLR_EL1" in told(capsys, "ESR_EL2", "0x62300501")
    assert "about: 3,0,15,0,0" in told(capsys, "ESR_EL2", "0x62303c01")


def test_by_encoding(capsys: pytest.CaptureFixture[str]):
    assert told(capsys, "S3_4_C1_C1_0").startswith("HCR_EL2  Hypervisor Configuration")
    both = told(capsys, "2,3,0,5,0")
    assert "DBGDTRRX_EL0" in both and "DBGDTRTX_EL0" in both


def test_reserved_bits(capsys: pytest.CaptureFixture[str]):
    assert "reserved bits set: 0x20" in told(capsys, "CPACR_EL1", "0x300020")


@pytest.mark.parametrize(("arguments", "code", "message"), [
    (("ESR_EL5",), 1, "error: no system register ESR_EL5; perhaps ESR_EL"),
    (("S3_7_C15_C15_7",), 1, "error: no register of the table has the encoding S3_7_C15"),
    (("ESR_EL2", "12z"), 2, "not a number: 12z"),
    (("ESR_EL2", "0x10000000000000000"), 2, "not a 64-bit number"),
])
def test_wrong_input(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int,
                     message: str):
    assert message in told(capsys, *arguments, code=code)
