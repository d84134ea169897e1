"""Converts a column of Parquet files with Spark.

    spark-submit spark.py INPUT OUTPUT COLUMN TARGET
"""

import sys

from pyspark.sql import SparkSession
from zhnorm.spark import Summary, convert


def main(source, destination, column, to):
    spark = SparkSession.builder.appName("zhnorm").getOrCreate()
    summary = Summary(spark)
    frame = spark.read.parquet(source)
    convert(frame, column, to=to, summary=summary).write.mode("overwrite").parquet(destination)
    print(summary.json())
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
