#!/usr/bin/env bash
# A function named like a test, without @Test, compiles and never runs.
git ls-files --cached --others --exclude-standard '*Tests.swift' | while read -r file; do
    [ -f "$file" ] || continue
    awk -v file="$file" '
        /@Test/ { marked = 1 }
        /^[[:space:]]*(public |private |internal )?func / {
            if (!marked && /func test[A-Z]/) print file ":" NR ": " $0 " has no @Test"
            marked = 0
        }' "$file"
done | { ! grep .; }
