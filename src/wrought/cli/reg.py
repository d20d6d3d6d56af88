"""`wrought reg`: look up a system register, say what a value of it means."""

from __future__ import annotations

import difflib
import re

import click

from wrought.cli.number import Number64
from wrought.errors import WroughtError
from wrought.isa.a64.sysregs import BY_ENCODING, SYSREGS, lookup
from wrought.isa.decode import decode, reserved_bits, trapped_encoding, trapped_register
from wrought.isa.model import Encoding, Field, SysReg

SYS64 = 0x18
"""ESR_ELx.EC of a trapped system register access."""


class UnknownRegister(WroughtError):
    """No register has this name or encoding."""


def parse_encoding(text: str) -> Encoding | None:
    """`S3_4_C5_C2_0` or `3,4,5,2,0` as an encoding; None if it is neither."""
    match = re.fullmatch(r"s(\d)_(\d)_c(\d+)_c(\d+)_(\d)", text.lower())
    match = match or re.fullmatch(r"(\d),(\d),(\d+),(\d+),(\d)", text)
    if not match:
        return None
    op0, op1, crn, crm, op2 = map(int, match.groups())
    return op0, op1, crn, crm, op2


def find(text: str) -> tuple[SysReg, ...]:
    """The registers that a user's text means, by name or encoding."""
    enc = parse_encoding(text)
    if enc:
        if enc not in BY_ENCODING:
            raise UnknownRegister(f"no register of the table has the encoding {text}")
        return BY_ENCODING[enc]
    try:
        return (lookup(text),)
    except KeyError:
        names = {name.upper(): name for name in SYSREGS}
        near = [names[found] for found in difflib.get_close_matches(text.upper(), names, 4, 0.7)]
        hint = f"; perhaps {', '.join(near)}" if near else ""
        raise UnknownRegister(f"no system register {text}{hint}") from None


def bits(field: Field) -> str:
    """`31:26` or `25`."""
    return f"{field.hi}:{field.lo}" if field.hi != field.lo else str(field.hi)


def show(register: SysReg, value: int | None) -> None:
    """The register, and its fields with their values if there is a value."""
    click.echo(f"{register.name}  {register.title}")
    click.echo(f"  {register.generic_name}, {register.access}, {register.width} bits; "
               f"{register.source}")
    if value is None:
        for field in register.fields:
            click.echo(f"  {bits(field):>6}  {field.name}")
        return
    for part in decode(register, value):
        click.echo(f"  {bits(part.field):>6}  {part.field.name:<16} {part.value:<#10x} "
                   f"{part.meaning}".rstrip())
    show_rest(register, value)


def show_rest(register: SysReg, value: int) -> None:
    """What the fields do not tell: reserved bits, the register that a trap was about."""
    reserved = reserved_bits(register, value)
    if reserved:
        click.echo(f"  reserved bits set: {reserved:#x}")
    if register.name.startswith("ESR_") and value >> 26 & 0x3F == SYS64:
        trapped = trapped_register(value)
        name = trapped.name if trapped else "{},{},{},{},{}".format(*trapped_encoding(value))
        click.echo(f"  about: {name}")


@click.command()
@click.argument("name")
@click.argument("value", required=False, type=Number64())
def reg(name: str, value: int | None) -> None:
    """Look up an AArch64 system register; with a VALUE, say what its fields mean.

    NAME is a name (ESR_EL2) or an encoding (S3_4_C5_C2_0 or 3,4,5,2,0).
    """
    for register in find(name):
        show(register, value)
