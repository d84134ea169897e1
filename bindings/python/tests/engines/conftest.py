"""What the engines' tests share: a folder of Parquet files and what is to come out."""

import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def source(texts, tmp_path):
    """The texts with their numbers, in four files; every seventh is null."""
    folder = tmp_path / "source"
    folder.mkdir()
    rows = [(number, None if number % 7 == 0 else text) for number, text in enumerate(texts)]
    for part in range(4):
        numbers, values = zip(*rows[part::4])
        table = pa.table({"id": pa.array(numbers, pa.int64()), "text": pa.array(values, pa.string())})
        pq.write_table(table, folder / f"{part}.parquet")
    return folder


@pytest.fixture
def expected(texts, command, tmp_path):
    """What the command makes of each text, by number."""
    converted = command(texts, tmp_path, "--to", "taiwan")
    return {number: None if number % 7 == 0 else text for number, text in enumerate(converted)}


@pytest.fixture
def example(tmp_path):
    """Runs a script of the examples; gives what it printed."""

    def run(name, *arguments):
        environment = {**os.environ, "PYSPARK_PYTHON": sys.executable, "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}
        program = [sys.executable, EXAMPLES / name, *map(str, arguments)]
        done = subprocess.run(program, env=environment, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run

