import Testing

@testable import StudioKit

@Suite struct Base64Tests {
    @Test func `writes lines of 76 characters`() {
        #expect(Base64.lines([]) == "")
        #expect(Base64.lines(Array("Martlet".utf8)) == "TWFydGxldA==\r\n")
        let lines = Base64.lines([UInt8](repeating: 0, count: 115)).split(separator: "\r\n")
        #expect(lines.map(\.utf8.count) == [76, 76, 4])
    }
}
