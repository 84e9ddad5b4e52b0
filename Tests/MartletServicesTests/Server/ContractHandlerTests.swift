import MartletServices
import Testing

@testable import MartletServices

@Suite struct ContractHandlerTests {
    @Test func `a query is split and decoded`() throws {
        let items = try ContractHandler.queryItems("a=1&b=x+y%26z&c&=d&&a=2==")
        #expect(items.map(\.name) == ["a", "b", "c", "", "a"])
        #expect(items.map(\.value) == ["1", "x y&z", "", "d", "2=="])
        #expect(try ContractHandler.queryItems("").isEmpty)
    }

    @Test(arguments: ["a=%zz", "%=1", "a=%ff", "a=%e4b", "a=%2"])
    func `a query that is not percent-encoded UTF-8 is refused`(_ query: String) {
        let error = #expect(throws: ServiceError.self) { try ContractHandler.queryItems(query) }
        #expect(error?.code == .badRequest)
        #expect(error?.message == "The query part '\(query)' is not percent-encoded UTF-8. Encode it.")
    }
}
