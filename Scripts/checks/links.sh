#!/usr/bin/env bash
# Every relative link, and every path in `code` with a slash and an ending, in the Markdown files leads to a file.
git ls-files --cached --others --exclude-standard '*.md' | grep -v '\.docc/' | while read -r page; do
    folder=$(dirname "$page")
    {
        grep -oE '\]\([^)#]+' "$page" | sed 's/^](//' | grep -vE '^(https?|mailto):'
    } | while read -r link; do
        [ -e "$folder/$link" ] || [ -e "$link" ] || echo "$page: $link leads nowhere"
    done
    grep -oE '`(Sources|Tests|Examples|Scripts|docs)/[A-Za-z0-9_./+-]+`' "$page" | tr -d '`' | while read -r path; do
        [ -e "$path" ] || echo "$page: $path does not exist"
    done
done | { ! grep .; }
