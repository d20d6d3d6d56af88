"""`wrought board`: what of a board the hypervisor can use, and what is missing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from wrought.cli.main import explain_os_error
from wrought.hv.tool import packages
from wrought.hv.tool.board import Report, examine
from wrought.hv.tool.board_summary import table
from wrought.hv.tool.board_text import as_json, lines
from wrought.hv.tool.board_tree import BoardError


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE.dtb]...")
@click.option("--all", "every", is_flag=True,
              help="All device trees of the distribution's arm64 kernel package.")
@click.option("--summary", is_flag=True, help="One table with counts and shares instead.")
@click.option("--json", "as_objects", is_flag=True, help="A JSON list of objects instead.")
def board(files: tuple[Path, ...], every: bool, summary: bool, as_objects: bool) -> int:
    """Say what of boards the hypervisor can use, by their device trees.

    The answers are those of the code that runs at EL2.  The exit status is 0 if the hypervisor
    runs on every board, else 1.
    """
    paths = [*files, *(packages.device_trees() if every else ())]
    if not paths:
        raise click.UsageError("which device tree? Give FILE.dtb, or --all; a running Linux has "
                               "its own in /sys/firmware/fdt")
    if summary and as_objects:
        raise click.UsageError("--summary and --json do not go together")
    reports, failed = examine_each(paths)
    if as_objects:
        click.echo(json.dumps([as_json(report) for report in reports], indent=2))
    elif summary:
        click.echo(table(reports), nl=False)
    else:
        click.echo("\n\n".join("\n".join(lines(report)) for report in reports), nl=bool(reports))
    return 0 if not failed and all(report.bootable for report in reports) else 1


def examine_each(paths: Sequence[Path]) -> tuple[list[Report], int]:
    """The reports, and how many files could not be read; these are told at once."""
    reports: list[Report] = []
    failed = 0
    for path in paths:
        try:
            reports.append(examine(path))
        except BoardError as error:
            click.echo(error.render(), err=True)
            failed += 1
        except OSError as error:
            click.echo(explain_os_error(error), err=True)
            failed += 1
    return reports, failed
