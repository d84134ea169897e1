"""Ray Data, real, on this machine: the bytes are the command's, whatever dies."""

import os

import pytest
from shared import rows

ray = pytest.importorskip("ray")


@pytest.fixture(scope="module")
def cluster():
    ray.init(num_cpus=2, include_dashboard=False, logging_level="error", log_to_driver=False)
    yield
    ray.shutdown()


def test_example(source, expected, example, tmp_path):
    out = tmp_path / "out"
    example("ray_data.py", source, out, "text", "taiwan")
    assert rows(out) == expected


def test_a_killed_worker_changes_nothing(cluster, source, expected, tmp_path):
    from zhnorm.ray import ConvertBatch

    once, convert_batch = str(tmp_path / "killed"), ConvertBatch("text", "taiwan")

    def dies_once(batch):
        converted = convert_batch(batch)
        try:
            os.close(os.open(once, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return converted
        os.kill(os.getpid(), 9)

    out = str(tmp_path / "out")
    dataset = ray.data.read_parquet(str(source))
    dataset.map_batches(dies_once, batch_format="pyarrow").write_parquet(out)
    assert os.path.exists(once), "no worker was killed"
    assert rows(out) == expected
