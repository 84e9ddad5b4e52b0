import HTTPTypes
import Testing

@testable import MartletServices

@Suite struct RouteTableTests {
    private func table(_ entries: [(HTTPRequest.Method, String)]) -> RouteTable<String> {
        var table = RouteTable<String>()
        for (method, path) in entries { _ = table.add("\(method) \(path)", method, PathTemplate(path)) }
        return table
    }

    private func found(_ match: RouteTable<String>.Match) -> String? {
        guard case .found(let route, let values) = match else { return nil }
        return route + values.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
    }

    @Test func `literals come before parameters, and a dead end goes back`() {
        let table = table([(.get, "/a/{x}"), (.get, "/a/b"), (.get, "/a/b/c"), (.get, "/{y}/b/d"), (.get, "/a/{z}/e")])
        #expect(found(table.match(.get, "/a/b")) == "GET /a/b")
        #expect(found(table.match(.get, "/a/q")) == "GET /a/{x} x=q")
        #expect(found(table.match(.get, "/a/b/d")) == "GET /{y}/b/d y=a")
        #expect(found(table.match(.get, "/a/b/e")) == "GET /a/{z}/e z=b")
        #expect(found(table.match(.get, "/a/b/x")) == nil)
    }

    @Test func `a method falls through to a less literal route that has it`() {
        let table = table([(.get, "/a/b"), (.delete, "/a/{id}")])
        #expect(found(table.match(.delete, "/a/b")) == "DELETE /a/{id} id=b")
        guard case .otherMethods(let methods) = table.match(.put, "/a/b") else {
            Issue.record("PUT /a/b should name other methods")
            return
        }
        #expect(methods == [.delete, .get])
    }

    @Test func `each route keeps its own names`() {
        let table = table([(.get, "/a/{id}"), (.put, "/a/{number}")])
        #expect(found(table.match(.get, "/a/1")) == "GET /a/{id} id=1")
        #expect(found(table.match(.put, "/a/1")) == "PUT /a/{number} number=1")
    }

    @Test func `the first of two equal routes stays`() {
        var table = RouteTable<Int>()
        #expect(table.add(1, .get, "/a/{x}") == nil)
        #expect(table.add(2, .get, "/a/{y}") == 1)
    }

    @Test func `the root and decoded segments`() {
        let table = table([(.get, "/"), (.get, "/a b/{x}")])
        #expect(found(table.match(.get, "/")) == "GET /")
        #expect(found(table.match(.get, "/a%20b/c%2Fd")) == "GET /a b/{x} x=c/d")
        #expect(found(table.match(.get, "")) == nil)
        #expect(found(table.match(.get, "*")) == nil)
        for broken in ["/a%20b/%zz", "/a%20b/%", "/a%20b/%ff", "/a%20b/"] {
            #expect(found(table.match(.get, broken)) == nil, "\(broken)")
        }
    }
}
