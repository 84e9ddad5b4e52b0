// Measures queries beside Django, SQLAlchemy, the Python drivers, GRDB and SQLite's C interface; docs/benchmarks.md.

try await ORMBenchmark(settings: Settings()).run()
