"""Converts the text of Parquet files with Data-Juicer's operator.

    python data_juicer_op.py INPUT OUTPUT COLUMN TARGET
"""

import sys

from data_juicer.core.data import NestedDataset
from datasets import load_dataset
from zhnorm.data_juicer import ZhnormMapper


def main(source, destination, column, to):
    dataset = NestedDataset(load_dataset("parquet", data_files=f"{source}/*.parquet", split="train"))
    dataset = dataset.process([ZhnormMapper(to, text_key=column)])
    dataset.to_parquet(f"{destination}/part-0.parquet")


if __name__ == "__main__":
    main(*sys.argv[1:])
