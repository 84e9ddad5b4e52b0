#!/usr/bin/env bash
# Installs what building and testing need and is missing: the Debian packages below. Tests start servers of their own.
set -euo pipefail

packages=(libbrotli-dev libbz2-dev libhpdf-dev liblzma-dev libpq-dev libsqlite3-dev libssl-dev libyaml-dev libzstd-dev openssl
    postgresql zlib1g-dev pkg-config)

missing=()
for package in "${packages[@]}"; do
    if command -v dpkg-query >/dev/null; then
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
    fi
done

if ! command -v swift >/dev/null; then
    echo "setup: no Swift toolchain on the PATH. Install Swift 6.3 or newer from https://www.swift.org/install, then try again." >&2
    exit 1
fi

if ! command -v dpkg-query >/dev/null; then
    echo "setup: not a Debian system; nothing installed. Building needs the headers of brotli, bzip2, libharu, liblzma, libpq, libyaml, OpenSSL, SQLite, zlib and zstd; tests need PostgreSQL." >&2
    exit 0
fi

[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" = 0 ]; then
    run=()
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    run=(sudo)
else
    echo "setup: missing ${missing[*]}. Type this, then try again:" >&2
    echo "    sudo apt-get update && sudo apt-get install -y ${missing[*]}" >&2
    exit 1
fi

echo "setup: installing ${missing[*]}"
install() { DEBIAN_FRONTEND=noninteractive "${run[@]}" apt-get install -y --no-install-recommends "${missing[@]}"; }
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { "${run[@]}" apt-get update && install; } >"$log" 2>&1; then
    tail -20 "$log" >&2
    echo "setup: apt-get could not install ${missing[*]}; its last words are above." >&2
    exit 1
fi
