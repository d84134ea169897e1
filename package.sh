#!/usr/bin/env bash
# Packs the command for Linux as one archive: a static binary, the manual page, completions, and
# the licences of all that is in it. Needs what building needs; prints the archive's path.
set -euo pipefail
cd "$(dirname "$0")"

host=$(rustc -vV | sed -n 's/^host: //p')
version=$(cargo pkgid --package zhnorm | sed 's/.*[#@]//')
name=zhnorm-$version-$host
target=${CARGO_TARGET_DIR:-target}

# The target is named so that the flags are not for build scripts and macros, which cannot be static.
RUSTFLAGS="${RUSTFLAGS:-} -C target-feature=+crt-static" \
  cargo build --release --locked --target "$host" >&2
binary=$target/$host/release/zhnorm

out=$target/package/$name
rm -rf "$out"
mkdir -p "$out"/{completions,licences,man}
cp "$binary" README.md CHANGELOG.md "$out/"
"$binary" --man >"$out/man/zhnorm.1"
for shell in bash:zhnorm.bash elvish:zhnorm.elv fish:zhnorm.fish powershell:_zhnorm.ps1 zsh:_zhnorm; do
  "$binary" --completions "${shell%%:*}" >"$out/completions/${shell##*:}"
done

cp LICENSE-MIT LICENSE-APACHE dict/NOTICE "$out/licences/"
cp dict/opencc/LICENSE "$out/licences/LICENSE-OPENCC"
crates() {
  cargo tree --locked --package zhnorm --target "$host" --prefix none --format '{p} {l}' "$@"
}
# The build script writes data of the crates that it reads into the binary.
crates=$({ crates --edges normal,no-proc-macro; crates --edges build --depth 1; } |
  grep -v ' (/' | sed 's/ (\*)$//; s/ v\([0-9]\)/ \1/' | sort -u)
{
  echo "The crates in the binary, and their licences. The C library is the GNU C Library,"
  echo "under the LGPL, version 2.1 or later: package.sh links the binary anew with another."
  echo
  echo "$crates"
} >"$out/licences/CRATES"
while read -r crate release _; do
  mkdir "$out/licences/$crate-$release"
  find "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/"$crate-$release" -maxdepth 2 \
    \( -iname 'licen[cs]e*' -o -iname 'copying*' -o -iname 'notice*' -o -iname 'unlicense*' \) -type f \
    -exec cp {} "$out/licences/$crate-$release/" \;
  # Some crates carry none and name it only.
  rmdir --ignore-fail-on-non-empty "$out/licences/$crate-$release"
done <<<"$crates"

# What would run only here is not packed.
if readelf --dynamic "$out/zhnorm" | grep NEEDED; then
  echo "package.sh: the binary needs shared libraries" >&2
  exit 1
fi
[ "$(printf '漢字' | env -i "$out/zhnorm" --to simplified)" = 汉字 ]

# The same commit makes the same archive.
tar --create --directory "$target/package" --sort=name --owner=0 --group=0 --numeric-owner \
  --mtime="@${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}" "$name" | gzip --no-name --best >"$target/package/$name.tar.gz"
echo "$target/package/$name.tar.gz"
