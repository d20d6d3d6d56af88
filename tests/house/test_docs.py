"""The documentation is true: its code runs, its commands, links and paths exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from house.snippets import BadPage, blocks, run_page, to_run
from house.tree import ROOT, files, show

PAGES = sorted(show(path) for path in files() if path.suffix == ".md")
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("page", PAGES)
def test_code_of_page(page: str, tmp_path: Path):
    run_page(ROOT / page, tmp_path)


@pytest.mark.parametrize("page", PAGES)
def test_commands_exist(page: str):
    """`make X` is a target, `wrought X` a command."""
    from wrought.cli.main import COMMANDS

    text = (ROOT / page).read_text("utf-8")
    shell = [line for block in blocks(text, page) if block.info in ("sh", "bash", "console")
             for line in block.lines]
    shell += re.findall(r"`((?:make|wrought) [^`]*)`", text)
    for line in shell:
        for target in re.findall(r"(?:^|[$;&] *)make ([a-z]+)", line):
            assert target in TARGETS, f"{page}: make {target}"
        for command in re.findall(r"(?:^|[$;&] *|\.venv/bin/)wrought ([a-z]+)", line):
            assert command in COMMANDS, f"{page}: wrought {command}"


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str):
    text = re.sub(r"```.*?```", "", (ROOT / page).read_text("utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if not target.startswith(("http:", "https:", "mailto:")):
            assert ((ROOT / page).parent / target).exists(), f"{page}: {target}"


def test_map_of_the_tree_is_true():
    """Every folder that README's map names is there, and no part is left out of it."""
    readme = (ROOT / "README.md").read_text("utf-8")
    tree = next(block for block in blocks(readme, "README.md") if block.info == "tree")
    named = {line.split()[0].rstrip("/") for line in tree.lines if line.strip()}
    assert not [path for path in named if not (ROOT / path).exists()]
    parts = {show(path.parent) for path in (ROOT / "src/wrought").glob("*/__init__.py")}
    assert not parts - named, "add to the map in README.md"


def test_wrong_pages_are_found(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text("a\n```python\nx = 1\n```\nb\n```python\nprint(x)\n```\n```output\n1\n```\n")
    assert run_page(page, tmp_path) == 2
    page.write_text("```python\nprint(1)\n```\n```output\n2\n```\n")
    with pytest.raises(AssertionError, match="page.md:2: printed\n1"):
        run_page(page, tmp_path)
    page.write_text("text\n\n```python\n1 / 0\n```\n")
    with pytest.raises(AssertionError, match=r"line 4.*\n.*1 / 0"):
        run_page(page, tmp_path)
    with pytest.raises(BadPage, match="needs a reason"):
        to_run(blocks("```python no-run\nx\n```\n", "p"), "p")
    with pytest.raises(BadPage, match="p:1: fence is not closed"):
        blocks("```python\nx\n", "p")
