import MartletORM
import MartletTesting
import Testing

@Suite(.eachDatabase) struct RowStreamTests {
    @Test(arguments: [1, 2, 3, 4, 5]) func readsAllRowsInOneStatement(chunk: Int) async throws {
        let database = try await Billing.filled()
        let numbers = try await expectQueries(1) {
            var numbers: [String?] = []
            for try await invoice in Invoice.objects.order(by: \.id).stream(chunk: chunk, on: database) {
                numbers.append(invoice.number)
            }
            return numbers
        }
        #expect(numbers == ["2026-1", "2026-2", nil, "2026-3"])
    }

    @Test func prefetchesForEachChunk() async throws {
        let database = try await Billing.filled()
        let query = Invoice.objects.order(by: \.id).prefetchRelated(\.lines) { $0.order(by: \.id) }
        let counts = try await expectQueries(3) {
            var counts: [Int] = []
            for try await invoice in query.stream(chunk: 2, on: database) { counts.append(invoice.lines.count) }
            return counts
        }
        #expect(counts == [3, 1, 0, 2])
    }

    @Test func seesOneStateOfTheDatabase() async throws {
        let database = try await Billing.filled()
        var seen: [Int] = []
        for try await tag in Tag.objects.order(by: \.id).prefetchRelated(\.invoices).stream(chunk: 1, on: database) {
            if seen.isEmpty { try await Tag.objects.create(Tag(name: "late"), on: database) }
            seen.append(tag.id)
        }
        #expect(seen == [1, 2, 3])
        #expect(try await Tag.objects.count(on: database) == 4)
    }

    @Test func givesTheConnectionBackWhenTheLoopEndsEarly() async throws {
        let database = try await Billing.filled()
        // More loops than there are connections: each must have given its own back.
        for _ in 0..<20 {
            for try await _ in Tag.objects.stream(chunk: 1, on: database) { break }
        }
        #expect(try await Tag.objects.count(on: database) == 3)
    }

    @Test func runsInATransaction() async throws {
        let database = try await Billing.filled()
        try await database.transaction { tx in
            for try await tag in Tag.objects.order(by: \.id).stream(chunk: 2, on: tx) {
                try await Tag.objects.filter { $0.id == tag.id }.update(on: tx) { [$0.name.set(tag.name + "!")] }
            }
        }
        #expect(
            try await Tag.objects.order(by: \.id).values(on: database) { $0.name } == ["urgent!", "design!", "unused!"])
    }

    @Test func tellsErrors() async throws {
        let database = try await Billing.filled()
        let error = await #expect(throws: ORMError.self) {
            for try await _ in Tag.objects.stream(chunk: 0, on: database) {}
        }
        #expect(error?.code == .invalidQuery)
        try await database.execute("UPDATE invoice SET status = 'lost' WHERE id = 4")
        var rows = 0
        let decoding = await #expect(throws: ORMError.self) {
            for try await _ in Invoice.objects.order(by: \.id).stream(chunk: 2, on: database) { rows += 1 }
        }
        #expect(decoding?.code == .decoding)
        #expect(rows == 2)
    }

    @Test func stopsWhenTheTaskIsCancelled() async throws {
        let database = try await Billing.filled()
        let task = Task {
            var rows = 0
            for try await _ in Tag.objects.stream(chunk: 1, on: database) {
                rows += 1
                withUnsafeCurrentTask { $0?.cancel() }
            }
            return rows
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
