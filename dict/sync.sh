#!/usr/bin/env bash
# Rebuilds dict/opencc/ from the pinned crate. Needs bash, cargo, awk and coreutils.
#   dict/sync.sh           write the files
#   dict/sync.sh --check   write nothing; exit 1 if the files differ from the crate's data
set -euo pipefail
export LC_ALL=C # bytes of UTF-8 sort as code points

crate=opencc-sys version=0.5.2 data=1.4.2
sha256=5c58e108a6bacc418b1376223c7b9cf05b037866aee5fd4f8472232f766faca3
out=$(cd "$(dirname "$0")" && pwd)/opencc

declare -A about=(
  [CJK_Compatibility_Ideographs]="compatibility ideographs to the unified ideographs they duplicate, run before everything else"
  [HKPhrases]="wording in OpenCC's Traditional to the words used in Hong Kong"
  [HKPhrasesRev]="words used in Hong Kong to the mainland wording, in OpenCC's Traditional"
  [HKVariants]="characters of OpenCC's Traditional to their Hong Kong forms"
  [HKVariantsPhrases]="phrases on the way to Hong Kong in which single characters alone would go wrong"
  [HKVariantsRevPhrases]="phrases on the way back from Hong Kong in which single characters alone would go wrong"
  [JPShinjitaiCharacters]="new Japanese character forms to the old forms of OpenCC's Traditional"
  [JPShinjitaiPhrases]="Japanese phrases in new forms to OpenCC's Traditional, where single characters alone would go wrong"
  [STCharacters]="Simplified characters to OpenCC's Traditional"
  [STPhrases]="Simplified phrases to OpenCC's Traditional"
  [TSCharacters]="Traditional characters to Simplified"
  [TSPhrases]="Traditional phrases to Simplified, where single characters alone would go wrong"
  [TWPhrases]="wording in OpenCC's Traditional to the words used in Taiwan"
  [TWPhrasesRev]="words used in Taiwan to the mainland wording, in OpenCC's Traditional"
  [TWVariants]="characters of OpenCC's Traditional to their Taiwan forms"
  [TWVariantsPhrases]="phrases on the way to Taiwan in which single characters alone would go wrong"
  [TWVariantsRevPhrases]="phrases on the way back from Taiwan in which single characters alone would go wrong"
)

die() { echo "sync.sh: $*" >&2; exit 1; }
case "$#:${1-}" in 0:) check= ;; 1:--check) check=1 ;; *) die "usage: sync.sh [--check]" ;; esac

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir -p "$tmp/fetch/src" "$tmp/opencc"
: >"$tmp/fetch/src/lib.rs"
printf '[package]\nname = "fetch"\nversion = "0.0.0"\n[workspace]\n[dependencies]\n%s = "=%s"\n' \
  "$crate" "$version" >"$tmp/fetch/Cargo.toml"
(cd "$tmp/fetch" && cargo fetch --quiet) || die "cannot fetch $crate $version"
locked=$(awk -F'"' '/^name = /{n=$2} /^checksum = / && n==c {print $2}' c="$crate" "$tmp/fetch/Cargo.lock")
[ "$locked" = "$sha256" ] || die "$crate has checksum '$locked', not $sha256"
manifest=$(cd "$tmp/fetch" && cargo metadata --format-version 1 --offline |
  grep -o "\"manifest_path\":\"[^\"]*/$crate-$version[^\"/]*/Cargo.toml\"" | cut -d'"' -f4)
src=${manifest%/Cargo.toml}/OpenCC
names=$(cd "$src/data/dictionary" && ls -- *.txt | sed 's/\.txt$//')
[ "$names" = "$(printf '%s\n' "${!about[@]}" | sort)" ] || die "the list of lexicons changed: $names"

# The conversions whose config names the lexicon, or a table that upstream's build derives from it.
directions() {
  local tables=$1
  case $1 in
    TWVariants | HKVariants | JPShinjitaiCharacters) tables="$1|$1Rev" ;;
    TSCharacters) tables="$1|$1Ext" ;;
    TWPhrases | HKPhrases) tables="$1|STPhrases_GeneratedFromRegionalPhrases" ;;
  esac
  (cd "$src/data/config" && grep -lE "\"file\": *\"($tables)\.ocd2\"" -- *.json) |
    sed 's/\.json$//' | sort | paste -sd' ' -
}

# Upstream's two directives are comments that act on entries; here they become a third column.
entries() {
  awk -F'\t' -v file="$1.txt" '
    function die(why) { print "sync.sh: " file ":" FNR ": " why >"/dev/stderr"; failed = 1; exit 1 }
    NR == 1 { sub(/^\357\273\277/, "") }
    { sub(/\r$/, "") }
    risk && (/^#/ || /^[ \t]*$/) { die("no entry right after @tofu-risk") }
    /^# @tofu-risk:/ { risk = 1; next }
    /^# @reverse-prefer:/ {
      n = split(substr($0, length("# @reverse-prefer:") + 1), word, " ")
      if (n < 1 || n > 2 || word[1] in seen) die("bad or repeated @reverse-prefer")
      seen[word[1]]; wanted[++prefs] = word[1]; first[prefs] = word[n]; next
    }
    /^# *@/ { die("unknown directive") }
    /^#/ || /^[ \t]*$/ { next }
    NF != 2 || $1 == "" || $1 ~ / / || $2 !~ /^[^ ]+( [^ ]+)*$/ { die("not key TAB values") }
    /#/ { die("a comment inside an entry?") }
    $1 in values { die("repeated key " $1) }
    { values[$1] = $2; if (risk) tag[$1] = " tofu-risk"; risk = 0 }
    END {
      if (failed) exit 1
      if (risk) die("no entry right after @tofu-risk")
      for (i = 1; i <= prefs; i++) {
        key = first[i]
        if (!(key in values) || !index(" " values[key] " ", " " wanted[i] " "))
          die("no entry maps " key " to " wanted[i] ", as @reverse-prefer wants")
        tag[key] = tag[key] " reverse-prefer:" wanted[i]
      }
      for (key in values) print key "\t" values[key] (key in tag ? "\t" substr(tag[key], 2) : "")
    }' "$src/data/dictionary/$1.txt" | sort
}

for name in $names; do
  used=$(directions "$name")
  entries "$name" >"$tmp/entries"
  {
    echo "# $name: ${about[$name]}"
    echo "# format: key TAB value [SPACE value]... [TAB tag [SPACE tag]...]; sorted by code point; the first value is used"
    echo "# licence: Apache-2.0 (LICENSE beside this file)"
    echo "# source: OpenCC $data, data/dictionary/$name.txt, from the crate $crate $version"
    echo "# directions: $used"
    cat "$tmp/entries"
  } >"$tmp/opencc/$name.txt"
  printf '%6d %s\n' "$(wc -l <"$tmp/entries")" "$name"
done
cp "$src/LICENSE" "$tmp/opencc/LICENSE"

if [ "$check" ]; then
  diff -rq "$tmp/opencc" "$out" || die "dict/opencc differs from $crate $version"
else
  mkdir -p "$out" && cp "$tmp/opencc"/* "$out/"
fi
