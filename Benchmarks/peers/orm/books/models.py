"""The tables, which Martlet has made, as models of Django."""
from django.db import models


class Publisher(models.Model):
    name = models.TextField()
    city = models.TextField()

    class Meta:
        managed, db_table = False, "publisher"


class Author(models.Model):
    name = models.TextField()
    email = models.TextField()
    birth_year = models.IntegerField()

    class Meta:
        managed, db_table = False, "author"


class Tag(models.Model):
    name = models.TextField()

    class Meta:
        managed, db_table = False, "tag"


class Details(models.Model):
    title = models.TextField()
    isbn = models.TextField()
    pages = models.IntegerField()
    price_cents = models.IntegerField()
    rating = models.FloatField()
    published = models.DateField()

    class Meta:
        abstract = True


class Book(Details):
    author = models.ForeignKey(Author, models.CASCADE, related_name="books")
    publisher = models.ForeignKey(Publisher, models.CASCADE, related_name="+")
    tags = models.ManyToManyField(Tag, through="BookTag")

    class Meta:
        managed, db_table = False, "book"


class BookTag(models.Model):
    book = models.ForeignKey(Book, models.CASCADE)
    tag = models.ForeignKey(Tag, models.CASCADE)

    class Meta:
        managed, db_table = False, "book_tag"


class BookBulk(Details):
    author_id = models.IntegerField()
    publisher_id = models.IntegerField()

    class Meta:
        managed, db_table = False, "book_bulk"
