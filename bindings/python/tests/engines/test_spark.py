"""Spark, real, on two local cores: the bytes are the command's, whatever dies."""

import json
import os
import sys

import pytest
from shared import rows

pyspark = pytest.importorskip("pyspark")


@pytest.fixture(scope="module")
def spark():
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession

    # Four tries of a task, as clusters have; local mode has one.
    session = SparkSession.builder.master("local[2,4]").config("spark.ui.enabled", "false").getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


def test_example(source, expected, example, tmp_path):
    out = tmp_path / "out"
    printed = example("spark.py", source, out, "text", "taiwan")
    assert rows(out) == expected
    counts = json.loads(printed.splitlines()[-1])
    before = rows(source)
    assert counts["values"] == len(expected)
    assert counts["changed"] == sum(before[number] != text for number, text in expected.items())


def test_udf_and_words(spark, source, expected):
    from zhnorm import Converter
    from zhnorm.spark import convert, udf

    frame = spark.read.parquet(str(source))
    got = {row.id: row.text for row in frame.select("id", udf(to="taiwan")("text").alias("text")).collect()}
    assert got == expected
    converter = Converter("taiwan", dictionary={"软件": "軟體"})
    got = convert(frame, ["text"], converter).collect()
    before = rows(source)
    assert {row.id: row.text for row in got} == {
        number: text and converter.convert(text) for number, text in before.items()
    }
    with pytest.raises(ValueError, match="no column `txt`; there are: id text"):
        convert(frame, "txt")


def test_a_killed_worker_changes_nothing(spark, source, expected, tmp_path):
    from zhnorm.spark import Summary, map_in_arrow

    summary, once = Summary(spark), str(tmp_path / "killed")
    convert_batches = map_in_arrow("text", "taiwan", summary=summary)

    def dies_once(batches):
        for number, batch in enumerate(convert_batches(batches)):
            yield batch
            try:
                os.close(os.open(once, os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                continue
            os.kill(os.getpid(), 9)

    out = str(tmp_path / "out")
    frame = spark.read.parquet(str(source))
    frame.mapInArrow(dies_once, frame.schema).write.parquet(out)
    assert os.path.exists(once), "no worker was killed"
    assert rows(out) == expected
    assert json.loads(summary.json())["values"] == len(expected)
