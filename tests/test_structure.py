"""The house rules of size, names and direction that no linter knows."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(
    path
    for folder in ("engine", "forms", "web")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts and "node_modules" not in path.parts
)
BANNED = {"manager", "service", "helper", "helpers", "util", "utils", "common", "misc", "info"}
BLOCKS = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match)


def functions(path):
    tree = ast.parse(path.read_text())
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def length(node):
    docstring = ast.get_docstring(node, clean=False)
    return node.end_lineno - node.lineno + 1 - (docstring.count("\n") + 1 if docstring else 0)


def depth(node, level=0):
    deepest = level
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        inner = level + 1 if isinstance(child, BLOCKS) and not is_elif(node, child) else level
        deepest = max(deepest, depth(child, inner))
    return deepest


def is_elif(parent, child):
    return isinstance(parent, ast.If) and parent.orelse == [child] and isinstance(child, ast.If)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_module_stays_within_its_budget(path):
    tree = ast.parse(path.read_text())
    assert len(path.read_text().splitlines()) <= 250
    assert ast.get_docstring(tree), "a module says in one sentence what lives in it"
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            assert node.end_lineno - node.lineno < 150, node.name
    for function in functions(path):
        assert length(function) <= 50, function.name
        assert depth(function) <= 3, function.name


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_names_say_what_they_mean(path):
    assert not BANNED & set(path.stem.split("_"))
    tree = ast.parse(path.read_text())
    named = (ast.ClassDef, ast.FunctionDef)
    for node in (n for n in ast.walk(tree) if isinstance(n, named)):
        words = {w.lower() for w in node.name.replace("_", " ").split()}
        assert not BANNED & words, node.name
        if isinstance(node, ast.ClassDef):
            assert not node.name.endswith(("Manager", "Service", "Helper")), node.name


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_functions_import_nothing(path):
    for function in functions(path):
        inner = [n for n in ast.walk(function) if isinstance(n, ast.Import | ast.ImportFrom)]
        assert not inner, function.name


def test_only_the_web_commits():
    for path in SOURCES:
        if path.relative_to(ROOT).parts[0] == "web":
            continue
        assert ".commit(" not in path.read_text(), path


def test_imports_follow_the_directions():
    linter = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
