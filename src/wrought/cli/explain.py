"""`wrought explain`: what an error code means and what to write instead."""

from __future__ import annotations

import difflib
import textwrap

import click

from wrought.errors import WroughtError
from wrought.lang.front.catalog import CATALOG

WIDTH = 88
"""Columns of the explanation."""


class UnknownCode(WroughtError):
    """No error has this code."""


@click.command()
@click.argument("code", required=False)
def explain(code: str | None) -> None:
    """Say what an error CODE means and what to write instead; without CODE, list all."""
    if code is None:
        for entry in CATALOG.values():
            click.echo(f"{entry.code}  {entry.template}")
        return
    entry = CATALOG.get(code.upper())
    if entry is None:
        near = difflib.get_close_matches(code.upper(), CATALOG, 4, 0.6)
        hint = f"; perhaps {', '.join(near)}" if near else "; 'wrought explain' lists all"
        raise UnknownCode(f"no error has the code {code}{hint}")
    click.echo(f"{entry.code}: {entry.template}\n")
    for paragraph in entry.explain.split("\n\n"):
        click.echo(textwrap.fill(paragraph, WIDTH))
