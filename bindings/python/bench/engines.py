"""Jobs on Spark and on Ray over a gigabyte of Parquet, on this machine, beside a Python loop over `opencc`.

    python engines.py COMMAND [MEGABYTES] [TARGET]

COMMAND is the built `zhnorm`. Writes generated rows to a temporary folder, has both engines convert
them, and the command the same rows as JSON Lines; stops unless all three gave the same text. Needs
pyarrow, opencc, pyspark (with Java) and ray, and five times the size on the disk.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

# Sentences of both scripts, and some that are neither.
PIECES = [
    "圖書館的舊報紙都搬到樓上去了，", "她把頭髮紮起來，繼續發麵。", "後面的山坡上開滿了野花，", "這台機器壞了三次。",
    "今天的会议改到下午三点，", "我们沿着河边走了很久。", "面馆的老板说面条卖完了，", "他把信寄给了远方的朋友。",
    "Version 2.1 (beta), ", "図書館で本を借りました。", "https://example.org/文件/說明 ", "12:30 ",
]
FILES, ROWS = 16, 8192


def generate(folder, megabytes):
    """Parquet files of rows of some hundred characters, the same each time."""
    chance, number, size, part = random.Random(9), 0, 0, 0
    folder.mkdir()
    writers = [pq.ParquetWriter(folder / f"{part:02}.parquet", pa.schema([("id", pa.int64()), ("text", pa.string())])) for part in range(FILES)]
    while size < megabytes * 1_000_000:
        texts = ["".join(chance.choices(PIECES, k=chance.randrange(10, 60))) for _ in range(ROWS)]
        writers[part % FILES].write_table(pa.table({"id": range(number, number + ROWS), "text": texts}))
        number, size, part = number + ROWS, size + sum(len(text.encode()) for text in texts), part + 1
    for writer in writers:
        writer.close()
    return number, size


def batches(folder):
    for path in sorted(folder.glob("*.parquet")):
        yield from pq.ParquetFile(path).iter_batches(ROWS)


def digest(numbered):
    """What tells whether two runs have the same texts under the same numbers, in any order."""
    import hashlib

    total = 0
    for number, text in numbered:
        value = hashlib.blake2b(b"%d\0" % number + text, digest_size=16).digest()
        total = (total + int.from_bytes(value, "little")) % (1 << 128)
    return total


def digest_of(folder):
    rows = (zip(b["id"].to_pylist(), pc.cast(b["text"], pa.binary()).to_pylist()) for b in batches(folder))
    return digest(pair for batch in rows for pair in batch)


def spark(source, out, to):
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession
    from zhnorm.spark import convert

    session = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.driver.memory", "4g").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    session.range(1).count()  # its start is not counted
    start = time.perf_counter()
    convert(session.read.parquet(str(source)), "text", to=to).write.parquet(str(out))
    spent = time.perf_counter() - start
    session.stop()
    return spent


def ray(source, out, to):
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    import ray
    from zhnorm.ray import convert

    ray.init(num_cpus=2, include_dashboard=False, logging_level="error", log_to_driver=False, object_store_memory=2 << 30)
    ray.data.DataContext.get_current().enable_progress_bars = False
    ray.get(ray.remote(lambda: None).remote())
    start = time.perf_counter()
    convert(ray.data.read_parquet(str(source)), "text", to=to).write_parquet(str(out))
    spent = time.perf_counter() - start
    ray.shutdown()
    return spent


def command(program, source, folder, to):
    """The command on the same rows; gives its time and the digest of what it wrote."""
    before, after = folder / "before.jsonl", folder / "after.jsonl"
    with before.open("w", encoding="utf-8") as file:
        for batch in batches(source):
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in batch.to_pylist())
    start = time.perf_counter()
    subprocess.run([program, "--quiet", "--to", to, "--field", "text", "-o", after, before], check=True)
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


def main(program, megabytes="1024", to="simplified"):
    with tempfile.TemporaryDirectory(prefix="zhnorm-engines-") as folder:
        folder = Path(folder)
        source = folder / "source"
        rows, size = generate(source, int(megabytes))
        print(f"{rows} rows, {size / 1e6:.0f} MB of text", flush=True)
        each = loop(source)
        print(f"a loop over opencc: {1 / each:.0f} rows/s", flush=True)
        spent, wanted = command(program, source, folder, to)
        print(f"command: {rows / spent:.0f} rows/s, {size / spent / 1e6:.0f} MB/s, {each * rows / spent:.1f}x the loop", flush=True)
        for name, run in (("Spark local[2]", spark), ("Ray, 2 processors", ray)):
            out = folder / name.split()[0].strip(",")
            spent = run(source, out, to)
            same = digest_of(out) == wanted
            print(f"{name}: {rows / spent:.0f} rows/s, {size / spent / 1e6:.0f} MB/s, {each * rows / spent:.1f}x the loop, "
                  f"{'the bytes' if same else 'NOT the bytes'} of the command", flush=True)
            if not same:
                sys.exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
