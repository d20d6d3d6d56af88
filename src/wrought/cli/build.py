"""`wrought build`: the files with which a board boots a partition."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("-o", "--output", type=click.Path(file_okay=False, path_type=Path), required=True,
              metavar="DIR", help="The folder that is made.")
@click.option("--hypervisor", type=click.Path(dir_okay=False, path_type=Path), metavar="PATH",
              help="Take this image instead: Xen's, for instance.")
@click.option("--dtb", type=click.Path(dir_okay=False, path_type=Path),
              help="Use this device tree of the board.")
def build(file: Path, output: Path, hypervisor: Path | None, dtb: Path | None) -> None:
    """Write the hypervisor, the device tree, all domains' files and a U-Boot script to DIR."""
    from wrought.hv.tool.output import build as build_files
    from wrought.hv.tool.partition import load

    for path in build_files(load(file), output, hypervisor, dtb):
        click.echo(f"{path}: {path.stat().st_size} bytes")
