import MartletORM

// The models of the workloads: books with their authors, publishers and tags. The peers have the same tables.

@Model("publisher")
struct Publisher {
    var id: Int
    var name: String
    var city: String
}

@Model("author")
struct Author {
    var id: Int
    var name: String
    var email: String
    var birthYear: Int
    @HasMany(\Book.author) var books: Many<Book>
}

@Model("tag")
struct Tag {
    var id: Int
    var name: String
}

@Model("book")
struct Book {
    var id: Int
    var title: String
    var isbn: String
    var pages: Int
    var priceCents: Int
    var rating: Double
    var published: CalendarDate
    @ForeignKey var author: Reference<Author>
    @ForeignKey var publisher: Reference<Publisher>
    @ManyToMany(through: BookTag.self) var tags: Many<Tag>
}

@Model("book_tag")
struct BookTag {
    var id: Int
    @ForeignKey var book: Reference<Book>
    @ForeignKey var tag: Reference<Tag>
}

/// What books are inserted into in bulk; the columns of `Book` without its indexes.
@Model("book_bulk")
struct BookBulk {
    var id: Int
    var title: String
    var isbn: String
    var pages: Int
    var priceCents: Int
    var rating: Double
    var published: CalendarDate
    var authorID: Int
    var publisherID: Int
}
