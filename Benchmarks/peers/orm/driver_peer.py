"""The same SQL by the driver alone, sqlite3 or psycopg; rows are tuples."""
import asyncio
import datetime
import sqlite3

from library import BULK, DATABASE, IS_SQLITE, bulk

COLUMNS = "id, title, isbn, pages, price_cents, rating, published, author_id, publisher_id"
JOIN = (
    "SELECT " + ", ".join("b." + column for column in COLUMNS.split(", ")) + ", a.id, a.name, a.email, a.birth_year, "
    "p.id, p.name, p.city FROM book b JOIN author a ON a.id = b.author_id JOIN publisher p ON p.id = b.publisher_id "
)

if IS_SQLITE:
    sqlite3.register_adapter(datetime.date, datetime.date.isoformat)
    connection = sqlite3.connect(DATABASE, isolation_level=None)
    MARK, VERSION = "?", f"sqlite3, SQLite {sqlite3.sqlite_version}"
else:
    import psycopg

    connection = psycopg.connect(DATABASE, autocommit=True)
    MARK, VERSION = "%s", f"psycopg {psycopg.__version__}"


def query(sql, parameters=()):
    return connection.execute(sql, parameters).fetchall()


def among(column, ids):
    if IS_SQLITE:
        return f"{column} IN ({','.join('?' * len(ids))})", ids
    return f"{column} = ANY(%s)", (ids,)


def tags(books):
    condition, parameters = among("l.book_id", books)
    return query(
        f"SELECT l.book_id, t.id, t.name FROM tag t JOIN book_tag l ON l.tag_id = t.id WHERE {condition}", parameters
    )


def a(counts):
    return len(query(JOIN + "ORDER BY b.id LIMIT 10000"))


def b(counts):
    authors = query("SELECT id, name, email, birth_year FROM author WHERE id <= 1000 ORDER BY id")
    condition, parameters = among("author_id", [author[0] for author in authors])
    books = query(f"SELECT {COLUMNS} FROM book WHERE {condition}", parameters)
    return len(authors) + len(books) + len(tags([book[0] for book in books]))


def c(counts):
    rows = 0
    for book in query(f"SELECT {COLUMNS} FROM book ORDER BY id LIMIT 1000"):
        query(f"SELECT id, name, email, birth_year FROM author WHERE id = {MARK}", (book[7],))
        query(f"SELECT id, name, city FROM publisher WHERE id = {MARK}", (book[8],))
        rows += 1
    return rows


def empty():
    connection.execute("DELETE FROM book_bulk")


def d(counts):
    sql = f"INSERT INTO book_bulk ({', '.join(BULK)}) VALUES ({', '.join([MARK] * len(BULK))})"
    rows = [bulk(i) for i in range(1, counts["inserts"] + 1)]
    if IS_SQLITE:
        connection.execute("BEGIN")
        connection.executemany(sql, rows)
        connection.execute("COMMIT")
    else:
        with connection.transaction():
            connection.cursor().executemany(sql, rows)
    return len(rows)


def e(counts):
    sql = f"SELECT {COLUMNS} FROM book WHERE id = {MARK}"
    return sum(1 for i in range(1, counts["gets"] + 1) if query(sql, (i,))[0][0] == i)


def f(counts):
    sql = JOIN + f"WHERE b.publisher_id = {MARK} AND b.pages >= {MARK} ORDER BY b.rating DESC, b.id LIMIT 50"
    rows = 0
    for number in range(counts["pages"]):
        books = query(sql, (1 + number % 500, 100))
        if len(tags([book[0] for book in books])) == 3 * len(books):
            rows += len(books)
    return rows


def g(counts):
    sql = f"SELECT {COLUMNS} FROM book WHERE id = {MARK}"

    async def run():
        if IS_SQLITE:
            import aiosqlite

            connecting = aiosqlite.connect(DATABASE)
        else:
            connecting = await psycopg.AsyncConnection.connect(DATABASE, autocommit=True)
        rows = 0
        async with connecting as asynchronous:
            for i in range(1, counts["awaitedGets"] + 1):
                cursor = await asynchronous.execute(sql, (i,))
                rows += (await cursor.fetchone())[0] == i
                await cursor.close()
        return rows

    return asyncio.run(run())
