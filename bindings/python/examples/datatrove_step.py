"""Converts the text of Parquet files with datatrove.

    python datatrove_step.py INPUT OUTPUT COLUMN TARGET
"""

import sys

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.readers import ParquetReader
from datatrove.pipeline.writers import ParquetWriter
from zhnorm.datatrove import Convert


def main(source, destination, column, to):
    steps = [ParquetReader(source, text_key=column), Convert(to=to), ParquetWriter(destination)]
    LocalPipelineExecutor(steps, tasks=2, workers=2).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
