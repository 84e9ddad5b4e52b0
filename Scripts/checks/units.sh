#!/usr/bin/env bash
# The systemd units of the examples are ones that systemd accepts; not looked at where there is no systemd.
command -v systemd-analyze >/dev/null || exit 0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for unit in Examples/systemd/*@.service; do
    name=$(basename "$unit" @.service)
    # The program is not installed here; whatever stands in its place must be there.
    sed 's|^ExecStart=[^ ]*|ExecStart=/bin/true|' "$unit" >"$folder/$name@.service"
    systemd-analyze verify --man=no "$folder/$name@one.service" 2>&1 | grep -F "$folder" | sed "s|$folder/|Examples/systemd/|"
done | { ! grep .; }
