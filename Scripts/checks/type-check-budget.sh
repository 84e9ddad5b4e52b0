#!/usr/bin/env bash
# A query of six clauses and three relations is type-checked in under 300 ms: Tests/…/TypeCheckBudget.swift, against what
# was built last. Before the first build there is nothing to check against.
set -euo pipefail
modules=$(ls -d .build/*/debug/Modules 2>/dev/null | head -1 || true)
plugin="${modules%/Modules}/MartletMacros-tool"
if [ -z "$modules" ] || [ ! -e "$modules/MartletORM.swiftmodule" ] || [ ! -e "$plugin" ]; then
    [ -z "${CI:-}" ] || { echo "build first: the type-check budget needs .build"; exit 1; }
    exit 0
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
tests=Tests/MartletORMTests
# The models alone, without the database that fills them.
sed -e '/^enum Billing {/,$d' "$tests/Models/Billing.swift" >"$folder/Billing.swift"
words=$(swiftc -typecheck -wmo -swift-version 6 -module-name Budget -I "$modules" \
    -load-plugin-executable "$plugin#MartletMacros" -Xfrontend -warn-long-expression-type-checking=300 \
    "$tests/CompileFailure/TypeCheckBudget.swift" "$folder/Billing.swift" 2>&1) || { echo "$words"; exit 1; }
if grep -q 'took .*ms to type-check' <<<"$words"; then
    grep 'took .*ms to type-check' <<<"$words"
    exit 1
fi
