import MartletORM

/// The models of Django's prefetch_related tests: books and their people.
///
/// As there, some refer to an author by name.
enum Library {
    @Model("author")
    struct Author: Equatable {
        var id: Int
        @Unique var name: String
        @ForeignKey(onDelete: .cascade) var firstBook: Reference<Book>
        @ManyToMany(inverse: \Book.authors) var books: Many<Book>
        @ManyToMany(from: \FavoriteAuthors.author, to: \FavoriteAuthors.likesAuthor) var favoriteAuthors: Many<Author>
        @ManyToMany(from: \FavoriteAuthors.likesAuthor, to: \FavoriteAuthors.author) var favorsMe: Many<Author>
        @HasMany(\FavoriteAuthors.author) var active: Many<FavoriteAuthors>
        @HasMany(\AuthorAddress.author) var addresses: Many<AuthorAddress>
        @HasOne(\Bio.author) var bio: One<Bio>
        @HasOne(\AuthorWithAge.author) var authorwithage: One<AuthorWithAge>
    }

    @Model("favorite_authors")
    struct FavoriteAuthors: Equatable {
        var id: Int
        @ForeignKey(onDelete: .cascade) var author: KeyedReference<Author.NameKey>
        @ForeignKey(onDelete: .cascade) var likesAuthor: KeyedReference<Author.NameKey>
        var isActive: Bool = true
    }

    @Model("author_address")
    struct AuthorAddress: Equatable {
        var id: Int
        @ForeignKey(onDelete: .cascade) var author: KeyedReference<Author.NameKey>
        var address: String
    }

    @Model("author_with_age")
    struct AuthorWithAge: Equatable {
        var id: Int
        @OneToOne(onDelete: .cascade) var author: Reference<Author>
        var age: Int
        @ManyToMany(inverse: \BookWithYear.agedAuthors) var booksWithYear: Many<BookWithYear>
    }

    @Model("book")
    struct Book: Equatable {
        var id: Int
        var title: String
        @ManyToMany var authors: Many<Author>
        @HasMany(\Author.firstBook) var firstTimeAuthors: Many<Author>
        @ManyToMany(inverse: \Reader.booksRead) var readBy: Many<Reader>
        @HasOne(\BookWithYear.book) var bookwithyear: One<BookWithYear>
        @ManyToMany(inverse: \Bio.books) var bios: Many<Bio>
    }

    @Model("book_with_year")
    struct BookWithYear: Equatable {
        var id: Int
        @OneToOne(onDelete: .cascade) var book: Reference<Book>
        var publishedYear: Int
        @ManyToMany var agedAuthors: Many<AuthorWithAge>
    }

    @Model("bio")
    struct Bio: Equatable {
        var id: Int
        @OneToOne(onDelete: .cascade) var author: KeyedReference<Author.NameKey>
        @ManyToMany var books: Many<Book>
    }

    @Model("reader")
    struct Reader: Equatable {
        var id: Int
        var name: String
        @ManyToMany var booksRead: Many<Book>
    }

    @Model("book_review")
    struct BookReview: Equatable {
        var id: Int
        @ForeignKey(onDelete: .cascade) var book: Reference<BookWithYear>?
    }
}
