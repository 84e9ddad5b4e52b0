/// How a PostgreSQL database is used.
public struct PostgresOptions: Sendable {
    /// The number of connections at most; 10 by default, at least 1.
    ///
    /// They are made one by one as they are needed. All processes together must stay below the server's
    /// `max_connections`, 100 unless changed. `pool_size` in a URL goes before it.
    public var maxConnections: Int
    /// How long a query waits for a free connection before it fails with code `busy`; 30 seconds by default.
    ///
    /// `pool_timeout` in a URL, in seconds, goes before it.
    public var poolTimeout: Duration
    /// After how long without use a connection is checked before it is lent; 30 seconds by default.
    ///
    /// A server that has closed a connection is noticed at once. The check is for one that was cut off.
    public var checkAfter: Duration
    /// How long the check may take before the connection is replaced; 5 seconds by default.
    public var checkTimeout: Duration
    /// Whether statements are prepared once for each connection; true by default.
    ///
    /// Say false behind a proxy that gives each transaction another connection and keeps no prepared statements.
    public var preparesStatements: Bool

    /// The schemas in which tables are looked for, in this order; new ones are made in the first.
    ///
    /// By default what the server says, mostly `public`.
    public var searchPath: [String]

    /// Makes options; each has its default.
    public init(
        maxConnections: Int = 10, poolTimeout: Duration = .seconds(30), checkAfter: Duration = .seconds(30),
        checkTimeout: Duration = .seconds(5), preparesStatements: Bool = true,
        searchPath: [String] = []
    ) {
        self.maxConnections = maxConnections
        self.poolTimeout = poolTimeout
        self.checkAfter = checkAfter
        self.checkTimeout = checkTimeout
        self.preparesStatements = preparesStatements
        self.searchPath = searchPath
    }

    /// The statements that each connection begins with: times in UTC whatever the server's zone, and the search path.
    var setUp: String {
        let path = searchPath.map(Self.quoted).joined(separator: ", ")
        return "SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'iso_8601'"
            + (searchPath.isEmpty ? "" : "; SET search_path = \(path)")
    }

    /// A name as SQL writes it, whatever characters are in it.
    static func quoted(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }
}
