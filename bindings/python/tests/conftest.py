"""What the tests share: texts of both scripts, and the command to compare with."""

import os
import random
import subprocess

import pytest
from shared import PIECES


@pytest.fixture(scope="session")
def texts():
    """A few hundred texts of any mix, the same each time."""
    chance = random.Random(9)
    return ["".join(chance.choices(PIECES[:-2], k=chance.randrange(12))) for _ in range(300)]


@pytest.fixture(scope="session")
def command():
    """Runs the command on texts, each a file of its own: no text has part in another's."""
    program = os.environ.get("ZHNORM_COMMAND")
    if not program:
        pytest.skip("ZHNORM_COMMAND names no command to compare with")

    def run(texts, folder, *arguments):
        inputs, outputs = folder / "inputs", folder / "outputs"
        inputs.mkdir()
        for number, text in enumerate(texts):
            (inputs / f"{number}.txt").write_bytes(text.encode())
        subprocess.run([program, "--quiet", *arguments, inputs, "-o", outputs], check=True)
        return [(outputs / f"{number}.txt").read_bytes().decode() for number in range(len(texts))]

    return run
