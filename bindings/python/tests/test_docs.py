"""What is written: examples in docstrings and README, types, the price of an import."""

import doctest
import importlib
import subprocess
import sys
from pathlib import Path

import pytest
import zhnorm
import zhnorm._zhnorm
import zhnorm.opencc

ROOT = Path(__file__).parents[3]
PAGES = [page for page in (ROOT / "README.md", *sorted((ROOT / "book/src").rglob("*.md"))) if "```python" in page.read_text(encoding="utf-8")]


def run(text, name):
    test = doctest.DocTestParser().get_doctest(text, {"zhnorm": zhnorm}, name, None, 0)
    result = doctest.DocTestRunner().run(test)
    assert result.failed == 0
    return result.attempted


def test_docstrings_of_the_native_module():
    pytest.importorskip("pyarrow")
    ran = 0
    for name in dir(zhnorm._zhnorm):
        item = getattr(zhnorm._zhnorm, name)
        if name.startswith("__") or name == "CONFIGS":
            continue
        assert item.__doc__, name
        ran += run(item.__doc__, name)
        for inner in vars(item) if isinstance(item, type) else ():
            if not inner.startswith("_"):
                doc = getattr(item, inner).__doc__
                assert doc, f"{name}.{inner}"
                ran += run(doc, f"{name}.{inner}")
    assert ran > 20


@pytest.mark.parametrize("name, needs", [("zhnorm", "pyarrow"), ("zhnorm.opencc", "sys"), ("zhnorm.polars", "polars"), ("zhnorm.pandas", "pandas")])
def test_docstrings(name, needs):
    pytest.importorskip(needs)
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0 and result.attempted > 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages(page):
    if page.name == "README.md":
        pytest.importorskip("polars")
    blocks = page.read_text(encoding="utf-8").split("```python\n")[1:]
    assert blocks
    for block in blocks:
        assert run(block.split("```")[0], page.name) > 1


def test_stubs_say_what_there_is():
    pytest.importorskip("mypy")
    done = subprocess.run(
        [sys.executable, "-m", "mypy.stubtest", "zhnorm", "--ignore-missing-stub", "--mypy-config-file", "mypy.ini",
         "--allowlist", "stubs.allow", "--ignore-unused-allowlist"],
        capture_output=True, text=True, cwd=Path(__file__).parent,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_import_brings_no_engine():
    program = "import sys, zhnorm, zhnorm.opencc; print([m for m in ('pyarrow', 'pandas', 'polars', 'numpy', 'json', 're') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", f"import sys; sys.path = {sys.path!r}; {program}"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
