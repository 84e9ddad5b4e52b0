import MartletORM

/// The workloads in Martlet.
struct MartletPeer {
    let database: Database
    let counts: Counts

    func run(_ workload: Workload) async throws -> Int {
        switch workload {
        case .join: try await join()
        case .prefetch: try await prefetch()
        case .lazy: try await lazy()
        case .insert: try await insert()
        case .get: try await get(counts.gets)
        case .page: try await page()
        case .awaitedGet: try await get(counts.awaitedGets)
        }
    }

    /// Empties what (d) fills; not measured.
    func prepare(_ workload: Workload) async throws {
        if workload == .insert { try await BookBulk.objects.delete(on: database) }
    }

    private func join() async throws -> Int {
        let books = try await Book.objects.selectRelated(\.author).selectRelated(\.publisher)
            .order(by: \.id).limit(10_000).all(on: database)
        return books.count { !$0.author.name.isEmpty && !$0.publisher.name.isEmpty }
    }

    private func prefetch() async throws -> Int {
        let authors = try await Author.objects.filter { $0.id <= 1000 }.order(by: \.id)
            .prefetchRelated(\.books) { $0.prefetchRelated(\.tags) }.all(on: database)
        return authors.reduce(authors.count) { sum, author in
            author.books.reduce(sum + author.books.count) { $0 + $1.tags.count }
        }
    }

    private func lazy() async throws -> Int {
        var rows = 0
        for book in try await Book.objects.order(by: \.id).limit(1000).all(on: database) {
            let author = try await book.author.load(on: database)
            let publisher = try await book.publisher.load(on: database)
            if !author.name.isEmpty, !publisher.name.isEmpty { rows += 1 }
        }
        return rows
    }

    private func insert() async throws -> Int {
        try await BookBulk.objects.bulkCreate((1...counts.inserts).map(LibraryData.bulk), on: database).count
    }

    private func get(_ count: Int) async throws -> Int {
        var rows = 0
        for id in 1...count where try await Book.objects.get(id, on: database).id == id { rows += 1 }
        return rows
    }

    private func page() async throws -> Int {
        var rows = 0
        for number in 0..<counts.pages {
            let books = try await Book.objects
                .filter { $0.publisher.id == 1 + number % 500 && $0.pages >= 100 }
                .selectRelated(\.author).selectRelated(\.publisher).prefetchRelated(\.tags)
                .order(by: \.rating.descending, \.id).limit(50).all(on: database)
            rows += books.count { !$0.author.name.isEmpty && !$0.publisher.name.isEmpty && $0.tags.count == 3 }
        }
        return rows
    }
}
