"""The pipelines' steps: the bytes are the command's."""

import pytest
from shared import rows


def test_datatrove(source, expected, example, tmp_path):
    pytest.importorskip("datatrove")
    out = tmp_path / "out"
    example("datatrove_step.py", source, out, "text", "taiwan")
    # datatrove leaves out documents without a text.
    assert {int(number): text for number, text in rows(out).items()} == {
        number: text for number, text in expected.items() if text
    }


def test_data_juicer(source, expected, example, tmp_path):
    pytest.importorskip("data_juicer")
    out = tmp_path / "out"
    example("data_juicer_op.py", source, out, "text", "taiwan")
    assert rows(out) == expected
