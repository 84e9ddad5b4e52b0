"""The workloads in SQLAlchemy's ORM."""
import asyncio
import datetime

import sqlalchemy
from sqlalchemy import Column, ForeignKey, Table, create_engine, delete, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, joinedload, mapped_column, relationship, selectinload

from library import BULK, DATABASE, IS_SQLITE, bulk

VERSION = f"SQLAlchemy {sqlalchemy.__version__}"

if IS_SQLITE:
    engine = create_engine(f"sqlite:///{DATABASE}")
else:
    import psycopg

    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(DATABASE))


class Base(DeclarativeBase):
    pass


class Publisher(Base):
    __tablename__ = "publisher"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    city: Mapped[str]


class Author(Base):
    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    birth_year: Mapped[int]
    books: Mapped[list["Book"]] = relationship(back_populates="author")


class Tag(Base):
    __tablename__ = "tag"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


book_tag = Table(
    "book_tag",
    Base.metadata,
    Column("id", sqlalchemy.Integer, primary_key=True),
    Column("book_id", ForeignKey("book.id")),
    Column("tag_id", ForeignKey("tag.id")),
)


class Details:
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    isbn: Mapped[str]
    pages: Mapped[int]
    price_cents: Mapped[int]
    rating: Mapped[float]
    published: Mapped[datetime.date]


class Book(Details, Base):
    __tablename__ = "book"
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))
    publisher_id: Mapped[int] = mapped_column(ForeignKey("publisher.id"))
    author: Mapped[Author] = relationship(back_populates="books")
    publisher: Mapped[Publisher] = relationship()
    tags: Mapped[list[Tag]] = relationship(secondary=book_tag)


class BookBulk(Details, Base):
    __tablename__ = "book_bulk"
    author_id: Mapped[int]
    publisher_id: Mapped[int]


joined = (joinedload(Book.author, innerjoin=True), joinedload(Book.publisher, innerjoin=True))


def a(counts):
    with Session(engine) as session:
        books = session.scalars(select(Book).options(*joined).order_by(Book.id).limit(10_000)).all()
        return sum(1 for book in books if book.author.name and book.publisher.name)


def b(counts):
    query = select(Author).where(Author.id <= 1000).order_by(Author.id)
    rows = 0
    with Session(engine) as session:
        for author in session.scalars(query.options(selectinload(Author.books).selectinload(Book.tags))).all():
            rows += 1
            for book in author.books:
                rows += 1 + len(book.tags)
    return rows


def c(counts):
    with Session(engine) as session:
        books = session.scalars(select(Book).order_by(Book.id).limit(1000)).all()
        return sum(1 for book in books if book.author.name and book.publisher.name)


def empty():
    with Session(engine) as session:
        session.execute(delete(BookBulk))
        session.commit()


def d(counts):
    with Session(engine) as session:
        session.add_all(BookBulk(**dict(zip(BULK, bulk(i)))) for i in range(1, counts["inserts"] + 1))
        session.commit()
    return counts["inserts"]


def e(counts):
    with Session(engine) as session:
        return sum(1 for i in range(1, counts["gets"] + 1) if session.get(Book, i).id == i)


def f(counts):
    rows = 0
    for number in range(counts["pages"]):
        query = (
            select(Book)
            .where(Book.publisher_id == 1 + number % 500, Book.pages >= 100)
            .order_by(Book.rating.desc(), Book.id)
            .limit(50)
        )
        with Session(engine) as session:
            books = session.scalars(query.options(*joined, selectinload(Book.tags))).all()
            rows += sum(1 for book in books if book.author.name and book.publisher.name and len(book.tags) == 3)
    return rows


def g(counts):
    async def run():
        if IS_SQLITE:
            asynchronous = create_async_engine(f"sqlite+aiosqlite:///{DATABASE}")
        else:
            connect = psycopg.AsyncConnection.connect
            asynchronous = create_async_engine("postgresql+psycopg://", async_creator=lambda: connect(DATABASE))
        rows = 0
        async with AsyncSession(asynchronous) as session:
            for i in range(1, counts["awaitedGets"] + 1):
                rows += (await session.get(Book, i)).id == i
        await asynchronous.dispose()
        return rows

    return asyncio.run(run())
