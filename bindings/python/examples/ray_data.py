"""Converts a column of Parquet files with Ray Data.

    python ray_data.py INPUT OUTPUT COLUMN TARGET
"""

import sys

import ray
from zhnorm.ray import convert


def main(source, destination, column, to):
    dataset = ray.data.read_parquet(source)
    convert(dataset, column, to=to).write_parquet(destination)


if __name__ == "__main__":
    main(*sys.argv[1:])
