"""Strings: what comes out is the command's; nothing is lost; errors say what is wrong."""

import copy
import pickle
import random
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
import zhnorm
from shared import PIECES
from zhnorm import Converter, Dictionary, Normalizer

OPTIONS = [
    {},
    {"to": "taiwan"},
    {"to": "zh-HK", "variants": "unify", "vocabulary": "target", "context": False},
    {"config": "s2twp", "rare": "exclude"},
    {"to": "traditional", "protect": ["html", "url"], "dictionary": {"软件": "軟體"}, "keep": ["国家"]},
    {"to": "taiwan", "style": ["佈", "周"]},
    {"to": "hongkong", "style": "own"},
    {"repair": "auto", "normalize": "width", "profile": "corpus"},
]


@pytest.mark.parametrize("options, arguments", [
    ({}, ["--to", "simplified"]),
    ({"to": "taiwan", "vocabulary": "target", "variants": "unify"},
     ["--to", "taiwan", "--vocabulary", "target", "--variants", "unify"]),
    ({"to": "taiwan", "style": "own"}, ["--to", "taiwan", "--style", "own"]),
    ({"config": "t2s"}, ["--config", "t2s"]),
    ({"protect": "none", "normalize": ["width"]}, ["--to", "simplified", "--protect", "none", "--normalize", "width"]),
])
def test_as_the_command(options, arguments, texts, command, tmp_path):
    expected = command(texts, tmp_path, *arguments)
    converter = Converter(**options)
    assert [converter.convert(text) for text in texts] == expected
    assert converter.convert_many(texts) == expected
    assert [zhnorm.convert(text, **options) for text in texts] == expected
    assert expected != texts


def test_a_style_is_a_list_of_forms_a_file_or_the_texts_own(tmp_path):
    text = "他們唸書，也要宣佈。这周发布了计划。"
    path = tmp_path / "house.txt"
    path.write_text("\ufeff# ours\n佈\n\n計劃\n", encoding="utf-8")
    by_file = Converter("taiwan", style=path)
    assert by_file.convert(text) == "他們唸書，也要宣佈。這週發佈了計劃。"
    # What a process unpickles needs no file.
    again = pickle.dumps(by_file)
    path.unlink()
    assert pickle.loads(again).convert(text) == by_file.convert(text)
    assert Converter("taiwan", style=["佈", "計劃"]).convert(text) == by_file.convert(text)
    assert Converter("taiwan", style="own").convert(text) == "他們唸書，也要宣佈。這週發佈了計畫。"
    assert Converter("taiwan").convert(text) == "他們唸書，也要宣佈。這週發布了計畫。"
    with pytest.raises(ValueError, match="貓"):
        Converter("taiwan", style=["貓"])
    with pytest.raises(FileNotFoundError):
        Converter("taiwan", style=path)
    with pytest.raises(ValueError, match="config"):
        Converter(config="s2t", style="own")


def test_what_does_not_change_is_the_same_object():
    text = "这里没有变"
    assert zhnorm.convert(text) is text


def test_surrogates_stay_where_they_are():
    assert zhnorm.convert("國\ud800\udc00家\udfff") == "国\ud800\udc00家\udfff"
    assert zhnorm.convert("\udfff") == "\udfff"
    assert Converter().convert_many(["\ud800國", "家"]) == ["\ud800国", "家"]
    [change] = zhnorm.explain("\ud800\udc00里\udfff國")
    assert (change.source, change.target) == ((4, 5), (4, 5))
    assert zhnorm.detect("\ud800國\udfff")[2:] == (0, 1, 0, 0, 2)


@pytest.mark.parametrize("options", OPTIONS)
def test_changes_lead_from_the_text_to_the_result(options):
    chance = random.Random(5)
    for _ in range(100):
        text = "&#28450;".join(chance.choices(PIECES, k=6))
        changes = zhnorm.explain(text, **options)
        result, at = "", 0
        for change in changes:
            start, end = change.source
            result += text[at:start]
            assert text[start:end] == change.before
            assert change.target == (len(result), len(result) + len(change.after))
            result += change.after
            at = end
        assert result + text[at:] == zhnorm.convert(text, **options)


def test_spans_cover_the_text():
    text = "".join(PIECES)
    spans = zhnorm.spans(text)
    assert "".join(text[span.start:span.end] for span in spans) == text
    assert {"simplified", "traditional", "japanese"} <= {span.script for span in spans}


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("kind", [Converter, Normalizer])
def test_pickled_and_copied(kind, options):
    made = kind(**options)
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(made, protocol))
        assert again == made and hash(again) == hash(made) and type(again) is kind
        assert again.convert("".join(PIECES)) == made.convert("".join(PIECES))
    assert copy.deepcopy(made) == made
    assert made != Converter("hongkong", keep=["別的"])


def test_the_words_of_files_are_pickled_too(tmp_path):
    pairs, keep = tmp_path / "words.tsv", tmp_path / "keep.txt"
    pairs.write_text("软件\t軟體\n", encoding="utf-8")
    keep.write_text("里根\n", encoding="utf-8")
    made = Converter("taiwan", dictionary=str(pairs), keep=keep)
    pickled = pickle.dumps(made)
    pairs.unlink(), keep.unlink()
    assert pickle.loads(pickled).convert("里根的软件") == "里根的軟體"


def test_processes(texts):
    converter = Converter("taiwan", dictionary={"软件": "軟體"})
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert list(pool.map(converter.convert, texts, chunksize=50)) == [converter.convert(t) for t in texts]


def test_threads_share_a_converter_and_run_at_the_same_time():
    text = "".join(PIECES) * 20000
    converter = Converter("taiwan")
    expected = converter.convert(text)
    results, ticks = [], 0
    threads = [threading.Thread(target=lambda: results.append(converter.convert(text))) for _ in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        ticks += 1
    assert results == [expected] * 4
    # With the lock held, this thread would have come by a few times at most.
    assert ticks > 1000


def test_immutable():
    for made in (Converter(), Normalizer(), Dictionary(), zhnorm.opencc.OpenCC()):
        with pytest.raises(AttributeError):
            made.anything = 1


@pytest.mark.parametrize("call, kind, words", [
    (lambda: zhnorm.convert("x", to="simplifed"), ValueError, "unknown target `simplifed`, did you mean `simplified`?"),
    (lambda: Converter(config="s2wtp"), ValueError, "unknown configuration `s2wtp`, did you mean `s2twp`?"),
    (lambda: Converter(config="nowhere.json"), FileNotFoundError, "nowhere.json"),
    (lambda: Converter(dictionary="nowhere.tsv"), OSError, "nowhere.tsv"),
    (lambda: Converter("tw", config="s2t"), ValueError, "`to` cannot be used with `config`"),
    (lambda: Converter(protect=["htm"]), ValueError, "did you mean `html`?"),
    (lambda: Converter(rare="yes"), ValueError, "known: include exclude"),
    (lambda: Converter(repair="miror"), ValueError, "known: auto mirror"),
    (lambda: Converter(normalize="wdth"), ValueError, "did you mean `width`?"),
    (lambda: Converter(profile="corpse"), ValueError, "did you mean `corpus`?"),
    (lambda: Converter(targt="tw"), TypeError, "unknown option `targt`"),
    (lambda: Dictionary.parse("甲\t乙\n乙\t丙\n"), ValueError, "dictionary:1:1: "),
    (lambda: Dictionary({"甲\n": "乙"}), ValueError, "line end"),
    (lambda: Dictionary({"#甲": "乙"}), ValueError, "cannot begin with `#`"),
    (lambda: Dictionary({"甲": "乙"}, keep=["甲"]), ValueError, "list of words to keep:1"),
    (lambda: zhnorm.convert(b"x"), TypeError, "str"),
])
def test_errors(call, kind, words):
    with pytest.raises(kind) as caught:
        call()
    assert words in str(caught.value)


def test_a_configuration_file(tmp_path):
    path = tmp_path / "house.json"
    path.write_text("""{ "conversion_chain": [{ "dict": { "type": "inline", "entries": { "里面": "裡邊" } } }] }""", encoding="utf-8")
    assert Converter(config=path).convert("里面") == "裡邊"
    path.write_text("{ nothing }", encoding="utf-8")
    with pytest.raises(ValueError, match=r"house\.json:1:\d+: "):
        Converter(config=str(path))
