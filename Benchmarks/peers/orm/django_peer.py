"""The workloads in Django's ORM."""
import asyncio

import django
from django.conf import settings

from library import BULK, DATABASE, IS_SQLITE, bulk

if IS_SQLITE:
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": DATABASE}
else:
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(DATABASE)
    database = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts["dbname"],
        "HOST": parts.get("host", ""),
        "PORT": parts.get("port", ""),
        "USER": parts.get("user", ""),
    }
settings.configure(
    DATABASES={"default": database},
    INSTALLED_APPS=["books"],
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    USE_TZ=False,
    DEBUG=False,
)
django.setup()

from books.models import Author, Book, BookBulk  # noqa: E402

VERSION = f"Django {django.get_version()}"


def a(counts):
    books = Book.objects.select_related("author", "publisher").order_by("id")[:10_000]
    return sum(1 for book in books if book.author.name and book.publisher.name)


def b(counts):
    rows = 0
    for author in Author.objects.filter(id__lte=1000).order_by("id").prefetch_related("books__tags"):
        rows += 1
        for book in author.books.all():
            rows += 1 + len(book.tags.all())
    return rows


def c(counts):
    return sum(1 for book in Book.objects.order_by("id")[:1000] if book.author.name and book.publisher.name)


def empty():
    BookBulk.objects.all().delete()


def d(counts):
    rows = (BookBulk(**dict(zip(BULK, bulk(i)))) for i in range(1, counts["inserts"] + 1))
    return len(BookBulk.objects.bulk_create(rows))


def e(counts):
    return sum(1 for i in range(1, counts["gets"] + 1) if Book.objects.get(pk=i).id == i)


def f(counts):
    rows = 0
    for number in range(counts["pages"]):
        books = (
            Book.objects.filter(publisher_id=1 + number % 500, pages__gte=100)
            .order_by("-rating", "id")
            .select_related("author", "publisher")
            .prefetch_related("tags")[:50]
        )
        rows += sum(1 for book in books if book.author.name and book.publisher.name and len(book.tags.all()) == 3)
    return rows


def g(counts):
    async def run():
        rows = 0
        for i in range(1, counts["awaitedGets"] + 1):
            rows += (await Book.objects.aget(pk=i)).id == i
        return rows

    return asyncio.run(run())
