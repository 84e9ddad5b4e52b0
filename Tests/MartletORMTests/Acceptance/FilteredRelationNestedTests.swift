import MartletORM
import MartletTesting
import Testing

// What Django's filtered_relation/tests.py does over several relations, and the conditions that it takes and refuses.

@RowName private enum AliceBooks {}
@RowName private enum FavoriteBook {}
@RowName private enum MyBooks {}
@RowName private enum ByAlice {}

extension Bookshop {
    @Suite(.eachDatabase) struct FilteredRelationNestedTests {
        private func names(
            _ condition: (Author.Columns) -> Condition, on database: Database
        ) async throws -> [String] {
            try await Author.objects.order(by: \.id).filter(condition).all(on: database).map(\.name)
        }

        @Test func nestedForeignKey() async throws {
            let database = try await filled()
            let authors = try await expectQueries(1) {
                try await Author.objects.order(by: \.id)
                    .filterRelated(\.books) {
                        $0.filter { $0.title.icontains("book by") }.selectRelated(\.editor)
                    }.all(on: database)
            }
            #expect(authors.map { $0.books.map(\.editor.name) } == [["a"], ["b", "b"]])
        }

        @Test func nestedForeignKeyNestedField() async throws {
            let database = try await filled()
            let pairs = try await Book.objects.filter { $0.title.icontains("book by") }
                .order(by: \.author.name, \.editor.name).distinct()
                .values(on: database) { ($0.author.name, $0.editor.name) }
            #expect(pairs.map(\.0) == ["Alice", "Jane"])
            #expect(pairs.map(\.1) == ["a", "b"])
        }

        @Test func nestedForeignKeyFilteredBaseObject() async throws {
            let database = try await filled()
            let authors = try await Author.objects.order(by: \.name)
                .prefetchRelated(\.books, as: AliceBooks.self) { $0.filter { $0.author.name == "Alice" } }
                .all(on: database)
            #expect(authors.map { Set($0.aliceBooks.map(\.editor.id)) } == [[1], []])
        }

        @Test func nestedM2MFiltered() async throws {
            let database = try await filled()
            let books = try await expectQueries(2) {
                try await Book.objects.order(by: \.title)
                    .selectRelated(\.author) {
                        $0.prefetchRelated(\.favoriteBooks, as: FavoriteBook.self) {
                            $0.filter { $0.title.icontains("book by") }.order(by: \.title)
                        }
                    }.all(on: database)
            }
            #expect(books.map(\.id) == [1, 4, 2, 3])
            #expect(books.map { $0.author.favoriteBook.map(\.id) } == [[2, 3], [2, 3], [], []])
        }

        @Test func nestedChainedRelations() async throws {
            let database = try await filled()
            let authors = try await expectQueries(2) {
                try await Author.objects.order(by: \.name)
                    .filterRelated(\.books, as: MyBooks.self) {
                        $0.filter { $0.title.icontains("book by") }.order(by: \.title)
                            .prefetchRelated(\.preferredByAuthors) { $0.filter { $0.name == "Alice" } }
                    }.all(on: database)
            }
            #expect(authors.map(\.name) == ["Alice", "Jane"])
            #expect(
                authors.map { $0.myBooks.map(\.title) }
                    == [["The book by Alice"], ["The book by Jane A", "The book by Jane B"]])
            #expect(authors.map { $0.myBooks.map { $0.preferredByAuthors.map(\.id) } } == [[[]], [[1], [1]]])
        }

        @Test func threeLevelNestedChainedRelations() async throws {
            let database = try await lent()
            let readBy: (Int) -> (Author.Columns) -> Condition = { borrower in
                { $0.books.exists { $0.reservations.exists { $0.state == .stopped && $0.borrower.id == borrower } } }
            }
            #expect(try await names(readBy(1), on: database) == ["Alice"])
            #expect(try await names(readBy(3), on: database) == [])
        }

        @Test func deepNestedForeignKey() async throws {
            let database = try await filled()
            func isMeant(_ book: Book.Columns) -> Condition { book.title.icontains("Jane A") }
            let books = try await expectQueries(2) {
                try await Book.objects.order(by: \.id).filter { $0.author.favoriteBooks.exists(isMeant) }
                    .selectRelated(\.author) {
                        $0.prefetchRelated(\.favoriteBooks, as: FavoriteBook.self) {
                            $0.filter(isMeant).selectRelated(\.editor)
                        }
                    }.all(on: database)
            }
            #expect(books.map(\.id) == [1, 4])
            #expect(books.map { $0.author.favoriteBook.map(\.editor.name) } == [["b"], ["b"]])
        }

        /// What Django refuses: a condition that goes further than the relation.
        @Test func conditionDeeperRelationName() async throws {
            let database = try await filled()
            #expect(try await names({ $0.books.exists { $0.editor.name.icontains("b") } }, on: database) == ["Jane"])
            #expect(try await names({ $0.books.exists { $0.author.name.icontains("ali") } }, on: database) == ["Alice"])
            let authors = try await Author.objects.order(by: \.id)
                .filterRelated(\.books) { $0.filter { $0.editor.name == "b" }.order(by: \.id) }.all(on: database)
            #expect(authors.map { $0.books.map(\.id) } == [[2, 3]])
        }

        /// Authors are counted, and not authors with each of their books.
        @Test func conditionWithExactLookupOutsideRelationName() async throws {
            let database = try await filled()
            let without = Author.objects.filter { !$0.books.exists { $0.author.name == "book" } }
            #expect(try await without.count(on: database) == 2)
        }

        @Test func conditionWithFuncAndLookupOutsideRelationName() async throws {
            let database = try await filled()
            let own: (Book.Columns) -> Condition = { book in
                book.title == SQLExpression<String>.literal("The book by ").concat(book.author.name)
            }
            #expect(try await Author.objects.filter { $0.books.exists(own) }.count(on: database) == 1)
        }

        /// What Django refuses: a prefetch of a relation under a condition.
        @Test func withPrefetchRelated() async throws {
            let database = try await filled()
            let authors = try await expectQueries(2) {
                try await Author.objects.order(by: \.id).filter { $0.books.exists { $0.title.icontains("jane") } }
                    .prefetchRelated(\.books, as: MyBooks.self) {
                        $0.filter { $0.title.icontains("jane") }.order(by: \.id).selectRelated(\.editor)
                    }.all(on: database)
            }
            #expect(authors.map { $0.myBooks.map(\.editor.name) } == [["b", "b"]])
        }

        @Test func withGenericForeignKey() async throws {
            let database = try await filled()
            let books = try await Book.objects.filter { book in
                .exists(
                    Author.objects.filter { $0.contentType == "book" && $0.objectID == outer(book.id.optional) })
            }.all(on: database)
            #expect(books.map(\.title) == ["Poem by Alice"])
        }

        @Test func conditionalExpression() async throws {
            let database = try await filled()
            #expect(try await names({ $0.books.exists { _ in .raw("1 = 0") } }, on: database) == [])
            let both: (Book.Columns) -> Condition = { $0.author.name == "Alice" && $0.title.startsWith("Poem") }
            #expect(try await names({ $0.books.exists(both) }, on: database) == ["Alice"])
            #expect(try await names({ $0.books.exists { $0.title.istartsWith("poem") } }, on: database) == ["Alice"])
            let same: (Book.Columns) -> Condition = { $0.author.name == $0.author.name }
            #expect(try await names({ !$0.books.exists(same) }, on: database) == [])
        }

        @Test func conditionalExpressionWithCase() async throws {
            let database = try await filled()
            let books = try await Book.objects.order(by: \.id)
                .selectRelated(
                    \.author, as: ByAlice.self,
                    on: { Case.when($0.name == "Alice", true).otherwise(false) == true }
                ).all(on: database)
            #expect(books.filter { $0.byAlice != nil }.map(\.id) == [1, 4])
        }

        @Test func conditionalExpressionOutsideRelationName() async throws {
            let database = try await filled()
            let byAlice: (Book.Columns) -> Condition = {
                Case.when($0.author.name == "Alice", true).otherwise(false) == true
            }
            #expect(try await names({ !$0.books.exists(byAlice) }, on: database) == ["Jane"])
        }

        /// What Django refuses: a query within the condition.
        @Test func conditionalExpressionWithAQuery() async throws {
            let database = try await filled()
            let poems = Book.objects.filter { $0.title.istartsWith("p") }.subquery { $0.id }
            #expect(try await names({ $0.books.exists { $0.id.isIn(poems) } }, on: database) == ["Alice"])
        }
    }
}
