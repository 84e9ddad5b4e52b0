#!/usr/bin/env bash
# The house format, and a documentation comment on every public declaration.
swift format lint --strict --parallel --recursive Package.swift Sources Tests Examples Benchmarks/Package.swift Benchmarks/Sources
