import MartletORM
import MartletTesting
import Testing

// Django's filtered_relation/tests.py. There a join to related rows gets a name and a condition, and multiplies the rows;
// here what such a join is made for has a word of its own: exists, count, aggregate, filterRelated, a prefetch with a name.

@RowName private enum BookJoin {}
@RowName private enum AuthorJoin {}
@RowName private enum EditorJoin {}
@RowName private enum TitleAlice {}
@RowName private enum TitleJane {}
@RowName private enum FavoriteBook {}
@RowName private enum MyBooks {}

extension Bookshop.Author.Columns {
    /// Whether there is the poem: a condition with a name, as a `FilteredRelation` that is filtered by `isnull`.
    fileprivate var wrotePoem: Condition { books.exists { $0.title.iequals("poem by alice") } }
    fileprivate var wroteJaneA: Condition { books.exists { $0.title.iequals("the book by jane a") } }
}

extension Bookshop {
    @Suite(.eachDatabase) struct FilteredRelationTests {
        private func names(
            _ query: QuerySet<Author> = Author.objects, where condition: (Author.Columns) -> Condition,
            on database: Database
        ) async throws -> [String] {
            try await query.order(by: \.id).filter(condition).all(on: database).map(\.name)
        }

        @Test func selectRelated() async throws {
            let database = try await filled()
            let authors = try await expectQueries(1) {
                try await Author.objects.order(by: \.id)
                    .filterRelated(\.books, as: BookJoin.self) { $0.order(by: \.id).selectRelated(\.editor) }
                    .all(on: database)
            }
            #expect(authors.map { $0.bookJoin.map(\.id) } == [[1, 4], [2, 3]])
            #expect(authors.map { $0.bookJoin.map(\.editor.name) } == [["a", "a"], ["b", "b"]])
        }

        @Test func selectRelatedMultiple() async throws {
            let database = try await filled()
            let books = try await expectQueries(1) {
                try await Book.objects.order(by: \.id)
                    .selectRelated(\.author, as: AuthorJoin.self, on: { $0.name != "" })
                    .selectRelated(\.editor, as: EditorJoin.self, on: { $0.name != "" }).all(on: database)
            }
            #expect(books.map { $0.authorJoin?.name } == ["Alice", "Jane", "Jane", "Alice"])
            #expect(books.map { $0.editorJoin?.name } == ["a", "b", "b", "a"])
        }

        @Test func selectRelatedWithEmptyRelation() async throws {
            let database = try await filled()
            let authors = try await Author.objects.order(by: \.id)
                .prefetchRelated(\.books, as: BookJoin.self) { $0.filter { $0.id == -1 } }.all(on: database)
            #expect(authors.map(\.name) == ["Alice", "Jane"])
            #expect(authors.allSatisfy { $0.bookJoin.isEmpty })
        }

        @Test(.on(.postgreSQL)) func selectRelatedForeignKeyForUpdateOf() async throws {
            let database = try await filled()
            try await database.transaction { tx in
                let books = try await expectQueries(1) {
                    try await Book.objects.order(by: \.id).selectRelated(\.author).selectForUpdate(of: \.self).all(
                        on: tx)
                }
                #expect(books.map(\.author.name) == ["Alice", "Jane", "Jane", "Alice"])
            }
        }

        @Test func withJoin() async throws {
            let database = try await filled()
            #expect(try await names(where: { $0.wrotePoem }, on: database) == ["Alice"])
            #expect(try await names(where: { !$0.wrotePoem }, on: database) == ["Jane"])
            #expect(try await Author.objects.exclude { $0.wrotePoem }.all(on: database).map(\.name) == ["Jane"])
        }

        @Test func withJoinAndComplexCondition() async throws {
            let database = try await filled()
            let isMeant: (Book.Columns) -> Condition = { $0.title.iequals("poem by alice") || $0.state == .rented }
            #expect(try await names(where: { $0.books.exists(isMeant) }, on: database) == ["Alice"])
            let byEditor: (Book.Columns) -> Condition = { $0.title.icontains("book") && $0.editor.id == 1 }
            #expect(try await names(where: { $0.books.exists(byEditor) }, on: database) == ["Alice"])
        }

        @Test func multiple() async throws {
            let database = try await filled()
            let authors = try await Author.objects.filter { $0.name == "Jane" }
                .prefetchRelated(\.books, as: TitleAlice.self) { $0.filter { $0.title.contains("Alice") } }
                .prefetchRelated(\.books, as: TitleJane.self) {
                    $0.filter { $0.title.icontains("Jane") }.order(by: \.title)
                }
                .all(on: database)
            #expect(authors.map(\.titleAlice) == [[]])
            #expect(authors.map { $0.titleJane.map(\.title) } == [["The book by Jane A", "The book by Jane B"]])
        }

        /// No author comes twice, so that none has to be made different.
        @Test func multipleTimes() async throws {
            let database = try await filled()
            let named: (Author.Columns) -> Condition = { $0.books.exists { $0.title.icontains("alice") } }
            #expect(try await names(Author.objects.filter(named), where: named, on: database) == ["Alice"])
            let others: (Author.Columns) -> Condition = { $0.books.exists { !($0.title.icontains("alice")) } }
            #expect(try await names(where: others, on: database) == ["Jane"])
        }

        @Test func withM2M() async throws {
            let database = try await filled()
            let ofJane: (Author.Columns) -> Condition = { $0.favoriteBooks.exists { $0.id.in([2]) } }
            #expect(try await names(where: ofJane, on: database) == ["Alice"])
            let deep: (Author.Columns) -> Condition = {
                $0.favoriteBooks.exists { $0.author.id == 2 && $0.title == "The book by Jane B" }
            }
            #expect(try await names(where: deep, on: database) == ["Alice"])
            let multi: (Author.Columns) -> Condition = {
                $0.favoriteBooks.exists { $0.author.id == 2 && $0.editor.name == "b" }
            }
            #expect(try await names(where: multi, on: database) == ["Alice"])
        }

        @Test func valuesList() async throws {
            let database = try await filled()
            let pairs = try await Book.objects.filter { $0.title.iequals("poem by alice") }
                .values(on: database) { ($0.author.name, $0.title) }
            #expect(pairs.count == 1 && pairs[0] == ("Alice", "Poem by Alice"))
            let own = try await Author.objects.filter { $0.wrotePoem }.values(on: database) { ($0.id, $0.name) }
            #expect(own.count == 1 && own[0] == (1, "Alice"))
        }

        @Test func extra() async throws {
            let database = try await filled()
            let byHand = Author.objects.filter { _ in .raw("1 = 1") }
            #expect(try await names(byHand, where: { $0.wrotePoem }, on: database) == ["Alice"])
        }

        @Test func setOperations() async throws {
            let database = try await filled()
            let (alice, jane) = (Author.objects.filter { $0.wrotePoem }, Author.objects.filter { $0.wroteJaneA })
            #expect(try await alice.union(jane).order(by: \.id).all(on: database).map(\.name) == ["Alice", "Jane"])
            #expect(try await alice.intersection(jane).all(on: database).isEmpty)
            #expect(try await alice.difference(jane).all(on: database).map(\.name) == ["Alice"])
        }

        @Test(.on(.postgreSQL)) func selectForUpdate() async throws {
            let database = try await filled()
            try await database.transaction { tx in
                let authors = try await Author.objects.filter { $0.wroteJaneA }.selectForUpdate().all(on: tx)
                #expect(authors.map(\.name) == ["Jane"])
            }
        }

        @Test func asSubquery() async throws {
            let database = try await filled()
            let poets = Author.objects.filter { $0.wrotePoem }.subquery { $0.id }
            #expect(try await names(where: { $0.id.isIn(poets) }, on: database) == ["Alice"])
        }
    }
}
