"""What the binding costs, and how fast it is beside the packages opencc and zhconv-rs.

    python bench.py FILE        a text of lines, Traditional; needs pyarrow, opencc, zhconv-rs and cargo
"""

import subprocess
import sys
import timeit
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import opencc
import pyarrow as pa
import zhconv_rs
import zhnorm
import zhnorm.opencc

HERE = Path(__file__).parent


def best(run, rounds=7):
    return min(timeit.repeat(run, number=1, repeat=rounds))


def main(path):
    text = Path(path).read_text(encoding="utf-8")
    size = len(text.encode())
    rows = text.splitlines()
    program = [sys.executable, "-I", "-X", "importtime", "-c", "import zhnorm"]
    times = [subprocess.run(program, capture_output=True, text=True).stderr.splitlines()[-1] for _ in range(7)]
    print(f"import: {min(int(line.split('|')[1]) for line in times) / 1000:.1f} ms")

    rust = ["cargo", "run", "--quiet", "--release", "--example", "rows", "--", path, "simplified"]
    converter, column = zhnorm.Converter("simplified"), pa.array(rows)
    column_rates, rust_rates = [], []
    for _ in range(3):
        rate, call = map(float, subprocess.run(rust, cwd=HERE, capture_output=True, text=True, check=True).stdout.split())
        rust_rates.append(rate)
        column_rates.append(sum(len(r.encode()) for r in rows) / best(lambda: converter.convert_arrow(column)) / 1e6)
    arrow, rust = max(column_rates), max(rust_rates)
    print(f"column of {len(rows)} rows: convert_arrow {arrow:.0f} MB/s, Rust {rust:.0f} MB/s, ratio {arrow / rust:.2f}")

    ten = "".join(c for c in text if c > "\u4e00")[:10]
    for name, run in [("Converter.convert", lambda: converter.convert(ten)), ("convert", lambda: zhnorm.convert(ten))]:
        each = min(timeit.repeat(run, number=100000, repeat=7)) / 1e5 * 1e9
        print(f"{name} of 10 characters: {each:.0f} ns, Rust {call:.0f} ns")

    documents = [text[at:at + 20000] for at in range(0, len(text), 20000)] * 16

    def threads(count, run, parts=None):
        parts = parts or [documents[at::count] for at in range(count)]
        with ThreadPoolExecutor(count) as pool:
            # Results are let go where they were made.
            list(pool.map(lambda part: (run(part), None)[1], parts))

    exact = zhnorm.Converter(config="t2s")
    columns = {count: [pa.array(documents[at::count]) for at in range(count)] for count in (1, 4)}
    convert = [
        ("Converter.convert", lambda part: [converter.convert(document) for document in part]),
        ("Converter.convert_many", converter.convert_many),
        ("t2s, Converter.convert", lambda part: [exact.convert(document) for document in part]),
        ("t2s, Converter.convert_many", exact.convert_many),
        ("opencc", lambda part, peer=opencc.OpenCC("t2s"): [peer.convert(document) for document in part]),
    ]
    convert = [(name, run, {}) for name, run in convert]
    convert += [("Converter.convert_arrow", converter.convert_arrow, columns), ("t2s, Converter.convert_arrow", exact.convert_arrow, columns)]
    for name, run, parts in convert:
        times = {1: 1e9, 4: 1e9}
        for _ in range(9):
            for count in times:
                times[count] = min(times[count], best(lambda: threads(count, run, parts.get(count)), 1))
        print(f"4 threads, {name}: {times[1] / times[4]:.2f}x one thread")

    peers = [
        ("zhnorm.opencc t2s", zhnorm.opencc.OpenCC("t2s").convert),
        ("opencc t2s", opencc.OpenCC("t2s").convert),
        ("zhconv_rs zh-hans", lambda text: zhconv_rs.zhconv(text, "zh-hans")),
        ("zhnorm --to simplified", converter.convert),
    ]
    assert peers[0][1](text) == peers[1][1](text)
    times = {name: 1e9 for name, _ in peers}
    for _ in range(5):
        for name, run in peers:
            times[name] = min(times[name], best(lambda: run(text), 1))
    for name, seconds in times.items():
        print(f"{name}: {size / seconds / 1e6:.0f} MB/s")


if __name__ == "__main__":
    main(sys.argv[1])
