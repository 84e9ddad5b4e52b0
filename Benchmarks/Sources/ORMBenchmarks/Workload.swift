/// What every peer does, and how much of it; the rate is of the rows in hand.
enum Workload: String, CaseIterable, Codable {
    case join = "a"
    case prefetch = "b"
    case lazy = "c"
    case insert = "d"
    case get = "e"
    case page = "f"
    case awaitedGet = "g"

    var title: String {
        switch self {
        case .join: "(a) 10 000 books with author and publisher joined"
        case .prefetch: "(b) 1000 authors, their 10 000 books, their 30 000 tags prefetched"
        case .lazy: "(c) 1000 books, author and publisher loaded one by one"
        case .insert: "(d) insert books in one call"
        case .get: "(e) get by primary key"
        case .page: "(f) page of 50: filter, order, author and publisher joined, tags prefetched"
        case .awaitedGet: "(g) awaited get by primary key"
        }
    }
}

/// How often the repeated workloads are repeated.
struct Counts: Codable {
    /// Rows of (d).
    var inserts: Int
    /// Gets of (e).
    var gets: Int
    /// Pages of (f).
    var pages: Int
    /// Gets of (g).
    var awaitedGets: Int

    static let full = Counts(inserts: 20_000, gets: 5_000, pages: 400, awaitedGets: 1_000)
    static let quick = Counts(inserts: 2_000, gets: 200, pages: 20, awaitedGets: 100)
}

/// What one run of a workload took.
struct Measurement: Codable {
    var seconds: Double
    var rows: Int
    /// How many times memory was asked for; known of what runs in this process.
    var allocations: Int?

    var rate: Double { Double(rows) / seconds }
}

struct BenchmarkError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
