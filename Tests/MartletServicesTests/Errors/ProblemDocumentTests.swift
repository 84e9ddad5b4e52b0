import MartletTasks
import Testing

@testable import MartletServices

@Suite struct ProblemDocumentTests {
    @Test func `a document has the standard's members and its own`() throws {
        let error = ServiceError(.conflict, "Paid.", instance: "urn:x", extensions: ["invoice": 7])
        let json = try JSONParser.parse(ProblemDocument(error: error).bytes)
        #expect(
            json == [
                "type": "urn:martlet:error:conflict", "title": "Conflict", "status": 409, "detail": "Paid.",
                "instance": "urn:x", "code": "conflict", "invoice": 7,
            ])
    }

    @Test func `an extension cannot overwrite a standard member`() throws {
        let error = ServiceError(.conflict, "Paid.", extensions: ["status": 200, "detail": "all is well"])
        let json = try JSONParser.parse(ProblemDocument(error: error).bytes)
        #expect(json["status"] == 409)
        #expect(json["detail"] == "Paid.")
    }

    @Test func `a document of another framework is understood`() {
        let text = #"{"title":"Out of stock","detail":"None left","type":"https://example.org/stock","left":0}"#
        let error = ProblemDocument(bytes: Array(text.utf8), status: 409)?.error
        #expect(error?.code == .conflict)
        #expect(error?.message == "None left")
        #expect(error?.type == "https://example.org/stock")
        #expect(error?.extensions == ["left": 0])
    }

    @Test(arguments: ["", "[]", "null", "{", "\u{0}", "\"text\""])
    func `what is no object is no document`(_ text: String) {
        #expect(ProblemDocument(bytes: Array(text.utf8), status: 500) == nil)
    }

    @Test(arguments: [#"{"type":7,"title":[],"detail":null,"code":{}}"#, "{}"])
    func `members of wrong types are survived`(_ text: String) {
        let error = ProblemDocument(bytes: Array(text.utf8), status: 503)?.error
        #expect(error?.code == .unavailable)
        #expect(error?.status == 503)
        #expect(error?.message.contains("503") == true)
    }

    @Test func `a value of the wrong shape leaves a service error`() {
        let document = ProblemDocument(error: ServiceError(.conflict, "x", type: LibraryProblem.type), value: ["no": 1])
        let error = document.thrown(listed: [LibraryProblem.self])
        #expect((error as? ServiceError)?.code == .conflict)
    }
}
