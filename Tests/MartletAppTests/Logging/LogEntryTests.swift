import Foundation
import Logging
import Testing

@testable import MartletApp

@Suite struct LogEntryTests {
    private let entry = LogEntry(
        date: Date(timeIntervalSince1970: 1.5), level: .info, message: "request",
        metadata: [("path", "/a b"), ("service", "billing"), ("status", "200")])

    @Test func `people see time, level, service, message, metadata`() {
        #expect(LogFormat.human.line(entry) == #"00:00:01.500 INFO [billing] request path="/a b" status=200"#)
    }

    @Test func `logfmt has pairs`() {
        #expect(
            LogFormat.logfmt.line(entry)
                == #"time=1970-01-01T00:00:01.500Z level=info msg=request path="/a b" service=billing status=200"#)
    }

    @Test func `JSON has one object`() throws {
        let object = try JSONDecoder().decode([String: String].self, from: Data(LogFormat.json.line(entry).utf8))
        #expect(
            object == [
                "time": "1970-01-01T00:00:01.500Z", "level": "info", "message": "request", "path": "/a b",
                "service": "billing", "status": "200",
            ])
    }

    @Test(arguments: LogFormat.allCases)
    func `nothing in a value can begin a second line`(_ format: LogFormat) {
        let hostile = LogEntry(
            date: Date(timeIntervalSince1970: 0), level: .error, message: "a\nb",
            metadata: [("path", "x\r\ny \"quoted\" \u{1B}[31m = \u{2028}")])
        #expect(!format.line(hostile).contains { $0.isNewline && $0 != "\u{2028}" })
        #expect(!format.line(hostile).contains("\u{1B}"))
    }
}
