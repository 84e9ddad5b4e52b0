import CompilerProbe
import Testing

/// Foreign keys to columns of which two rows may have the same.
@Suite struct SharedColumnTests {
    private let models = """
        import MartletORM

        @Model("author")
        struct Author {
            var id: Int
            @Unique var name: String
            @Unique var phone: String?
            var nick: String
        }

        """

    private func errors(_ key: String, _ use: String = "") async throws -> [String] {
        let book = """
            import MartletORM
            @Model("book") struct Book { var id: Int; @ForeignKey var author: KeyedReference<Author.\(key)> }
            \(use)
            """
        return try await CompilerProbe().compile(
            [SourceFile("Author.swift", models), SourceFile("Book.swift", book)]
        ).errors(in: "Book.swift").map(\.message)
    }

    @Test func acceptsAUniqueColumn() async throws {
        #expect(try await errors("NameKey", "let book = Book(author: \"Jane\")") == [])
    }

    @Test func refusesAColumnThatIsNotUnique() async throws {
        let words =
            "no foreign key can refer to 'nick', which may be the same in several rows; write '@Unique' before it"
        #expect(try await errors("NickKey").contains("'NickKey' is unavailable: \(words)"))
    }

    @Test func refersToAColumnThatMayBeNilWithCare() async throws {
        let careful = "func f(_ author: Author) -> Book? { KeyedReference(author).map { Book(author: $0) } }"
        #expect(try await errors("PhoneKey", careful) == [])
        let found = try await errors(
            "PhoneKey", "func f(_ author: Author) -> Book { Book(author: KeyedReference(author)) }")
        #expect(found.contains { $0.contains("requires that 'Author.PhoneKey' conform to 'RequiredKey'") }, "\(found)")
    }

    @Test func refusesAReferenceByAnotherColumn() async throws {
        let found = try await errors("NameKey", "func f(_ author: Author) -> Book { Book(author: author.reference) }")
        #expect(found.contains { $0.contains("cannot convert value of type 'Reference<Author>'") }, "\(found)")
    }
}
