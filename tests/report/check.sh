#!/usr/bin/env bash
# Clicks through the page of --report in a headless browser. Needs Rust, npm and
# Chromium with fonts for Chinese; fetches the two from Debian where they are not
# there and apt-get may be used.
set -euo pipefail
cd "$(dirname "$0")"

chromium=${CHROMIUM:-$(command -v chromium || true)}
if [ -z "$chromium" ]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null
  chromium=$(command -v chromium)
fi
export CHROMIUM=$chromium

# The client alone: it would bring browsers of its own.
PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm install --silent --no-audit --no-fund --no-package-lock

cargo build --quiet --release --manifest-path ../../Cargo.toml
target=${CARGO_TARGET_DIR:-../../target}
ZHNORM_COMMAND=$(realpath "$target/release/zhnorm")
export ZHNORM_COMMAND

node --test --test-reporter=spec .
# With `--screenshots` the two that README shows are made anew.
if [ "${1:-}" = --screenshots ]; then
  node screenshots.js
fi
