"""Jobs on Spark and on Ray over a gigabyte of Parquet, on this machine, beside a Python loop over `opencc`.

    python engines.py COMMAND TEXTS [MEGABYTES]

COMMAND is the built `zhnorm`, TEXTS the folder that benches/peers/corpus.sh prints. Writes rows to a
temporary folder, has both engines convert them, and the command the same rows as JSON Lines; stops
unless all gave the same text. Needs pyarrow, opencc, pyspark (with Java) and ray, and five times the
size on the disk.
"""

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

FILES, ROWS = 16, 8192
# What `opencc` does too, and what it cannot: leave alone what is Simplified already.
CONVERSIONS = [{"config": "t2s"}, {"to": "simplified"}]


def generate(texts, folder, megabytes):
    """Parquet files of rows of about a kilobyte, the same each time: six of ten are Traditional, three
    Simplified, and one has a line of the other script at its end.
    """
    names = ("traditional", "simplified")
    traditional, simplified = ((texts / f"{name}.txt").read_text(encoding="utf-8").splitlines() for name in names)
    chance, number, size, part = random.Random(9), 0, 0, 0

    def row():
        kind = chance.randrange(10)
        lines, at, length = traditional if kind < 7 else simplified, 0, 0
        first = at = chance.randrange(len(lines) - 400)
        while length < 350 and at < first + 400:
            length, at = length + len(lines[at]), at + 1
        return "\n".join(lines[first:at] + ([chance.choice(simplified)] if kind == 0 else []))

    folder.mkdir()
    schema = pa.schema([("id", pa.int64()), ("text", pa.string())])
    writers = [pq.ParquetWriter(folder / f"{file:02}.parquet", schema) for file in range(FILES)]
    while size < megabytes * 1_000_000:
        rows = [row() for _ in range(ROWS)]
        writers[part % FILES].write_table(pa.table({"id": range(number, number + ROWS), "text": rows}))
        number, size, part = number + ROWS, size + sum(len(text.encode()) for text in rows), part + 1
    for writer in writers:
        writer.close()
    return number, size


def batches(folder):
    for path in sorted(folder.glob("*.parquet")):
        yield from pq.ParquetFile(path).iter_batches(ROWS)


def digest(numbered):
    """What tells whether two runs have the same texts under the same numbers, in any order."""
    total = 0
    for number, text in numbered:
        value = hashlib.blake2b(b"%d\0" % number + text, digest_size=16).digest()
        total = (total + int.from_bytes(value, "little")) % (1 << 128)
    return total


def digest_of(folder):
    rows = (zip(b["id"].to_pylist(), pc.cast(b["text"], pa.binary()).to_pylist()) for b in batches(folder))
    return digest(pair for batch in rows for pair in batch)


def spark(source, out, options):
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession
    from zhnorm.spark import convert

    session = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.driver.memory", "4g").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    session.range(1).count()  # its start is not counted
    start = time.perf_counter()
    convert(session.read.parquet(str(source)), "text", **options).write.parquet(str(out))
    spent = time.perf_counter() - start
    session.stop()
    return spent


def ray(source, out, options):
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    import ray
    from zhnorm.ray import convert

    ray.init(num_cpus=2, include_dashboard=False, logging_level="error", log_to_driver=False, object_store_memory=2 << 30)
    ray.data.DataContext.get_current().enable_progress_bars = False
    ray.get(ray.remote(lambda: None).remote())
    start = time.perf_counter()
    convert(ray.data.read_parquet(str(source)), "text", **options).write_parquet(str(out))
    spent = time.perf_counter() - start
    ray.shutdown()
    return spent


def command(program, source, folder, options):
    """The command on the same rows; gives its time and the digest of what it wrote."""
    before, after = folder / "before.jsonl", folder / "after.jsonl"
    flags = [part for name, value in options.items() for part in (f"--{name}", value)]
    with before.open("w", encoding="utf-8") as file:
        for batch in batches(source):
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in batch.to_pylist())
    start = time.perf_counter()
    subprocess.run([program, "--quiet", *flags, "--field", "text", "-o", after, before], check=True)
    spent = time.perf_counter() - start
    before.unlink()
    with after.open(encoding="utf-8") as file:
        rows = map(json.loads, file)
        return spent, digest((row["id"], row["text"].encode()) for row in rows)


def loop(source, rows=20_000):
    """Seconds a row of the loop that this replaces, on some of the rows."""
    import opencc

    converter, texts = opencc.OpenCC("t2s"), []
    for batch in batches(source):
        texts += batch["text"].to_pylist()
        if len(texts) >= rows:
            break
    start = time.perf_counter()
    for text in texts:
        converter.convert(text)
    return (time.perf_counter() - start) / len(texts)


def main(program, texts, megabytes="1024"):
    with tempfile.TemporaryDirectory(prefix="zhnorm-engines-") as folder:
        folder = Path(folder)
        source = folder / "source"
        rows, size = generate(Path(texts), source, int(megabytes))
        print(f"{rows} rows, {size / 1e6:.0f} MB of text", flush=True)
        each = loop(source)
        print(f"a loop over opencc t2s: {1 / each:.0f} rows/s", flush=True)

        def say(name, spent):
            ratio = each * rows / spent
            print(f"{name}: {rows / spent:.0f} rows/s, {size / spent / 1e6:.0f} MB/s, {ratio:.1f}x the loop", flush=True)

        for options in CONVERSIONS:
            conversion = " ".join(options.values())
            spent, wanted = command(program, source, folder, options)
            say(f"{conversion}, command", spent)
            for name, run in (("Spark local[2]", spark), ("Ray, 2 processors", ray)):
                out = folder / "out"
                say(f"{conversion}, {name}", run(source, out, options))
                if digest_of(out) != wanted:
                    sys.exit(f"{name}: not the bytes of the command")
                shutil.rmtree(out)
        print("all the bytes of the command")


if __name__ == "__main__":
    main(*sys.argv[1:])
