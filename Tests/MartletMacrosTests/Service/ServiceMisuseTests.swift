import Testing

/// Each misuse of the service macros: the source, what is said, and the source after the fix-it.
@Suite struct ServiceMisuseTests {
    struct Misuse: Sendable, CustomTestStringConvertible {
        let source: String
        let message: String
        let mended: String
        var testDescription: String { source }

        init(_ source: String, _ message: String, _ mended: String) {
            self.source = source
            self.message = message
            self.mended = mended
        }

        /// A misuse of one member of an otherwise sound contract.
        static func member(_ source: String, _ message: String, _ mended: String) -> Misuse {
            func contract(_ text: String) -> String { "@Service(\"s\") protocol S: Sendable {\n    \(text)\n}" }
            return Misuse(contract(source), message, contract(mended))
        }
    }

    static let misuses: [Misuse] = [
        Misuse(
            "@Service(\"s\") struct S {}",
            "@Service goes on a protocol, and this is a struct. Write the contract as a protocol and conform to it.",
            "struct S {}"),
        Misuse(
            "@Service(\"s\") final class S {}",
            "@Service goes on a protocol, and this is a class. Write the contract as a protocol and conform to it.",
            "final class S {}"),
        Misuse(
            "struct Before {}\n\n/// A note.\n@Service(\"s\") struct S {}",
            "@Service goes on a protocol, and this is a struct. Write the contract as a protocol and conform to it.",
            "struct Before {}\n\n/// A note.\nstruct S {}"),
        Misuse(
            "@Service(\"My Shop\") protocol Shop: Sendable {}",
            "The name of a service is a string literal of lower-case letters, digits and '-', beginning with a letter.",
            "@Service(\"shop\") protocol Shop: Sendable {}"),
        Misuse(
            "@Service(name) protocol Shop: Sendable {}",
            "The name of a service is a string literal of lower-case letters, digits and '-', beginning with a letter.",
            "@Service(\"shop\") protocol Shop: Sendable {}"),
        Misuse(
            "@Service(\"s\") protocol S {}",
            "A contract crosses tasks and processes: 'S' must inherit from Sendable.",
            "@Service(\"s\") protocol S: Sendable {}"),
        .member(
            "var size: Int { get }",
            "A contract has functions only; a property cannot be called over HTTP.",
            ""),
        .member(
            "func list() async throws -> [Int]",
            "'list' needs @GET, @POST, @PUT, @PATCH, @DELETE or @Background: how is it reached?",
            "@GET(\"/list\") func list() async throws -> [Int]"),
        .member(
            "@GET(\"/a\") @POST(\"/a\") func a() async throws",
            "One member, one endpoint: @GET is there already; @POST is too many.",
            "@GET(\"/a\") func a() async throws"),
        .member(
            "@GET(\"/a\") func a() -> Int",
            "'a' may cross the network: it must be 'async throws'.",
            "@GET(\"/a\") func a() async throws -> Int"),
        .member(
            "@GET(\"/a\") func a() async",
            "'a' may cross the network: it must be 'async throws'.",
            "@GET(\"/a\") func a() async throws"),
        .member(
            "@GET(\"/a\") func a<T: Codable>() async throws -> T",
            "'a' is generic; a contract needs to know the types it sends.",
            "@GET(\"/a\") func a() async throws -> T"),
        .member(
            "@GET(\"/a\") func a(ids: Int...) async throws",
            "The parameter 'ids' is inout or variadic; a contract sends plain values.",
            "@GET(\"/a\") func a(ids: [Int]) async throws"),
        .member(
            "@GET(path) func a() async throws",
            "The path is a string literal such as \"/invoices/{id}\".",
            "@GET(\"/\") func a() async throws"),
        .member(
            "@GET(\"a/{id}\") func a(id: Int) async throws",
            "'a/{id}' is no path: it begins with '/', has no empty segments, and a parameter such as {id} fills a segment of its own.",
            "@GET(\"/a/{id}\") func a(id: Int) async throws"),
        .member(
            "@GET(\"/a/:id/\") func a(id: Int) async throws",
            "'/a/:id/' is no path: it begins with '/', has no empty segments, and a parameter such as {id} fills a segment of its own.",
            "@GET(\"/a/{id}\") func a(id: Int) async throws"),
        .member(
            "@GET(\"/a/{id}/{id}\") func a(id: Int) async throws",
            "The path names {id} twice.",
            "@GET(\"/a/{id}/{id2}\") func a(id: Int) async throws"),
        .member(
            "@GET(\"/a/{id}\") func a() async throws",
            "The path names {id}, but 'a' has no parameter 'id'.",
            "@GET(\"/a/{id}\") func a(id: String) async throws"),
        .member(
            "@GET(\"/a/{id}\") func a(page: Int) async throws",
            "The path names {id}, but 'a' has no parameter 'id'.",
            "@GET(\"/a/{id}\") func a(page: Int, id: String) async throws"),
        .member(
            "@GET(\"/a/{id}\") func a(id: Int?) async throws",
            "The path parameter 'id' is 'Int?'; a path always has exactly one value there.",
            "@GET(\"/a/{id}\") func a(id: Int) async throws"),
        .member(
            "@GET(\"/a\") func a(_ filter: Filter) async throws",
            "@GET has no body, and 'filter' would be one. Use @POST, or give the parameter a label to send it in the query.",
            "@POST(\"/a\") func a(_ filter: Filter) async throws"),
        .member(
            "@DELETE(\"/a\") func a(body: Filter) async throws",
            "@DELETE has no body, and 'body' would be one. Use @POST, or give the parameter a label to send it in the query.",
            "@POST(\"/a\") func a(body: Filter) async throws"),
        .member(
            "@POST(\"/a\") func a(_ one: A, _ two: B) async throws",
            "'one' is the body already; 'two' would be a second one. Give it a label to send it in the query.",
            "@POST(\"/a\") func a(_ one: A, two: B) async throws"),
        .member(
            "@GET(\"/a\") func a(id: Int) async throws\n    @GET(\"/b\") func a(name: String) async throws",
            "Two members are named 'a'; endpoints and tasks are named after members, so each needs a name of its own.",
            "@GET(\"/a\") func a(id: Int) async throws\n    @GET(\"/b\") func aByName(name: String) async throws"),
        .member(
            "@GET(\"/a/{id}\") func a(id: Int) async throws\n    @GET(\"/a/{n}\") func b(n: Int) async throws",
            "'a' is at GET /a/{n} already.",
            "@GET(\"/a/{id}\") func a(id: Int) async throws\n    @GET(\"/b/a/{n}\") func b(n: Int) async throws"),
        Misuse(
            "protocol S { @GET(\"/a\") func a() async throws }",
            "@GET goes on the functions of a protocol with @Service.",
            "protocol S { func a() async throws }"),
        Misuse(
            "protocol S {\n    /// A note.\n    @GET(\"/a\") func a() async throws\n}",
            "@GET goes on the functions of a protocol with @Service.",
            "protocol S {\n    /// A note.\n    func a() async throws\n}"),
        Misuse(
            "struct S { @Background func a() async throws {} }",
            "@Background goes on the functions of a protocol with @Service.",
            "struct S { func a() async throws {} }"),
    ]

    static let manyMisuses = """
        @Service("s") protocol S {
            func a() async throws
            @GET("/b") func b()
            @GET("/c/{x}") func c() async throws
        }
        """

    /// One run of the compiler for all cases.
    static let probe = Task {
        try await MisuseProbe(
            misuses.map(\.source) + [manyMisuses], importing: "MartletServices",
            using: """
                let name = "shop"
                let path = "/"
                struct A: Codable {}
                struct B: Codable {}
                struct Filter: Codable {}
                """)
    }

    @Test(arguments: misuses)
    func `a misuse is explained and mended`(_ misuse: Misuse) async throws {
        let found = try #require(try await Self.probe.value.finding(misuse.source))
        #expect(found.messages.first == misuse.message)
        #expect(try #require(found.mended).normalised == misuse.mended.normalised)
    }

    @Test func `every misuse of a contract is said at once`() async throws {
        let found = try #require(try await Self.probe.value.finding(Self.manyMisuses))
        #expect(found.messages.count == 4)
    }
}

extension String {
    /// Without regard to white space, which the compiler's formatter sets right.
    fileprivate var normalised: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
