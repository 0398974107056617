"""Compiled expressions in several threads and after a fork."""

import os
import threading

import pytest

from engine import feel

EXPRESSION = "sum(for x in liste return x * faktor) + {f: function(n) n + faktor, r: f(1)}.r"


def expected(factor):
    return sum(x * factor for x in range(50)) + 1 + factor


def test_threads_share_an_expression(clock):
    expression = feel.compile(EXPRESSION)
    wrong = []

    def work(factor):
        context = {"liste": list(range(50)), "faktor": factor}
        for _ in range(50):
            result = expression.evaluate(context, clock=clock)
            if result.value != expected(factor) or result.warnings:
                wrong.append((factor, result))

    threads = [threading.Thread(target=work, args=(factor,)) for factor in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_threads_compile_at_the_same_time(clock):
    results = []

    def work(number):
        text = f"{number} + {number % 5}"
        results.append((number, feel.compile(text).require({}, clock=clock)))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [(number, number + number % 5) for number in range(40)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_works_in_a_forked_process(clock):
    expression = feel.compile(EXPRESSION)
    context = {"liste": list(range(50)), "faktor": 3}
    assert expression.require(context, clock=clock) == expected(3)
    child = os.fork()
    if child == 0:
        right = expression.require(context, clock=clock) == expected(3)
        fresh = feel.compile('matches("ab", "a.")').condition({}, clock=clock)
        os._exit(0 if right and fresh else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_threads_keep_their_problems_apart(clock):
    expression = feel.compile("a / b")
    assert expression.evaluate({"a": 1, "b": 0}, clock=clock).warnings
    assert expression.evaluate({"a": 1, "b": 1}, clock=clock).warnings == ()
