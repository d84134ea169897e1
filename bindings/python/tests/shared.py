"""What tests use that are in folders apart."""

from pathlib import Path

PIECES = [
    "國家的干預到里長為止。", "国家的干预到里面去了。", "我看到《図書館戦争のすべて》，买了。", "hello, world ",
    "乾隆年間的頭髮乾燥，", "软件和網絡\n", "https://例子.tw/後台?x=1 ", "😀𠮷野家", "後來的後臺", "什么都没有", "\ud800", "12３４ＡＢ",
]


def rows(folder):
    """The texts of all Parquet files below a folder, by number."""
    import pyarrow.parquet as pq

    found = {}
    for path in sorted(Path(folder).rglob("*.parquet")):
        for row in pq.read_table(path).to_pylist():
            assert row["id"] not in found, "a row twice"
            found[row["id"]] = row["text"]
    return found
