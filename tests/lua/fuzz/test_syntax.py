"""Broken texts: both engines accept or both refuse, and with the same message."""

from __future__ import annotations

import pytest

from lua.engines import TARGETS, Engine, Missing, oracle, ours
from lua.fuzz.syntax import agree, disagreements, mutants, said
from lua.fuzz.tokens import tokenize

SEEDS = 10


@pytest.mark.parametrize("seed", range(SEEDS))
def test_mutants(seed: int):
    try:
        tested, reference = ours(TARGETS[0]), oracle()
    except Missing as missing:
        pytest.fail(str(missing), pytrace=False)
    found = next(disagreements(tested, reference, seed), "")
    if found:
        pytest.fail(found, pytrace=False)


def test_mutants_are_both_fine_and_broken():
    texts = [text for seed in range(3) for text in mutants(seed)]
    answers = said(oracle(), texts)
    assert len(answers) == len(texts)
    accepted = answers.count("accepted")
    assert 20 < accepted < 200
    assert len(set(answers)) > 80
    assert mutants(1) == mutants(1) != mutants(2)


def test_tokens_keep_the_text():
    for text in mutants(5):
        assert "".join(token.text for token in tokenize(text)) == text


def test_what_counts_as_the_same():
    assert agree("s:1: x", "s:1: x")
    assert not agree("accepted", "s:1: x")
    assert not agree("s:1: 'end' expected near 'x'", "s:1: unexpected symbol near 'x'")
    assert agree("s:1: too many C levels", "s:1: chunk has too many syntax levels")
    assert not agree("accepted", "s:1: chunk has too many syntax levels")
    assert not agree("the process ended with -11", "s:1: chunk has too many syntax levels")


def test_a_disagreement_is_found_and_shortened():
    wrong = ("local old = loadstring loadstring = function(text, name) "
             "if text:find('return', 1, true) then return nil, 's:1: no return here' end "
             "return old(text, name) end")
    liar = Engine("liar", ("luajit", "-joff", "-e", wrong))
    found = next(disagreements(liar, oracle(), 0))
    assert "no return here" in found
    assert len(found.split("\n")[0]) < 30
