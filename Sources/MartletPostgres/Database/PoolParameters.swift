import MartletORM

/// What a URL says of the pool, which libpq does not know: `pool_size`, and `pool_timeout` in seconds.
///
/// They stand where the program runs, so they go before the options that it was written with.
struct PoolParameters {
    /// The URL without them, as libpq takes it.
    private(set) var connectionString: String
    private var size: Int?
    private var timeout: Int?

    /// - Throws: `ORMError` with code `invalidQuery` when one of them is no number, or not in its range.
    init(_ string: String) throws(ORMError) {
        connectionString = string
        guard let start = Self.query(of: string) else { return }
        var others: [Substring] = []
        for parameter in string[start...].dropFirst().split(separator: "&", omittingEmptySubsequences: false) {
            let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? parts[1] : ""
            switch parts[0] {
            case "pool_size":
                size = try Self.number("pool_size", value, 1...10_000, "a number of connections from 1 to 10000")
            case "pool_timeout":
                timeout = try Self.number("pool_timeout", value, 1...86_400, "whole seconds from 1 to 86400")
            default: others.append(parameter)
            }
        }
        connectionString = string[..<start] + (others.isEmpty ? "" : "?" + others.joined(separator: "&"))
    }

    /// The options with what the URL says instead of what they say.
    func applied(to options: PostgresOptions) -> PostgresOptions {
        var options = options
        if let size { options.maxConnections = size }
        if let timeout { options.poolTimeout = .seconds(timeout) }
        return options
    }

    /// Where the `?` of a URL is; a user and password before the `@` may hold one too.
    private static func query(of string: String) -> String.Index? {
        guard let start = string.firstRange(of: "://")?.upperBound else { return nil }
        let authority = string[start...].prefix { $0 != "/" }
        return string[(authority.firstIndex(of: "@") ?? start)...].firstIndex(of: "?")
    }

    private static func number(
        _ name: String, _ value: Substring, _ range: ClosedRange<Int>, _ expected: String
    ) throws(ORMError) -> Int {
        guard value.allSatisfy(\.isNumber), let number = Int(value), range.contains(number) else {
            throw ORMError(.invalidQuery, "\(name) in the connection string is '\(value)'; give \(expected).")
        }
        return number
    }
}
