"""Where the data is, and the rows to insert: each a pure function of its number, as in LibraryData.swift."""
import datetime
import os

DATABASE = os.environ["BENCH_DATABASE"]  # a file of SQLite, or a connection string of libpq
IS_SQLITE = os.environ["BENCH_PRODUCT"] == "sqlite"
EPOCH = datetime.date(1990, 1, 1)
BULK = ("title", "isbn", "pages", "price_cents", "rating", "published", "author_id", "publisher_id")


def bulk(i):
    return (
        f"Title of book {i}",
        f"978-{i:010d}",
        50 + (i * 31) % 900,
        500 + (i * 37) % 9500,
        ((i * 13) % 500) / 100,
        EPOCH + datetime.timedelta(days=(i * 17) % 12000),
        1 + (i * 7919) % 10_000,
        1 + (i * 104_729) % 500,
    )
