import Testing

@testable import MartletPostgres

@Suite struct StatementCacheTests {
    @Test func preparesATextOnce() {
        var cache = StatementCache()
        let first = cache.use("SELECT ?")
        #expect(first == .new(.init(name: "m1", text: "SELECT $1", placeholders: 1), evicted: nil))
        #expect(cache.use("SELECT ?") == .known(first.entry))
        #expect(cache.use("SELECT ?, ?").entry.name == "m2")
    }

    @Test func dropsWhatWasNotUsedForLongest() {
        var cache = StatementCache(capacity: 2)
        _ = cache.use("a")
        _ = cache.use("b")
        _ = cache.use("a")
        #expect(cache.use("c") == .new(.init(name: "m3", text: "c", placeholders: 0), evicted: "m2"))
        #expect(cache.use("a") == .known(.init(name: "m1", text: "a", placeholders: 0)))
    }

    @Test func preparesAgainUnderAnotherName() {
        var cache = StatementCache()
        _ = cache.use("a")
        cache.remove("a")
        #expect(cache.use("a").entry.name == "m2")
    }

    @Test func leavesATextWithoutValuesAsItIs() {
        var cache = StatementCache()
        #expect(cache.use("SELECT doc ? 'a'", hasValues: false).entry.text == "SELECT doc ? 'a'")
    }
}
