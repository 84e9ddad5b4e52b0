/// Several databases that are used as one: reads go to replicas, writes to the primary, models to where their rows are.
///
/// ```swift
/// let database = try RoutedDatabase(primary: primary, replicas: [first, second])
///     .routing(AuditEntry.self, to: archive)
///
/// let page = try await Invoice.objects.all(on: database)         // a replica
/// try await invoice.save(on: database)                           // the primary
/// let newest = try await Invoice.objects.all(on: database.primary)
/// ```
///
/// A read is one of a query that locks no rows, or a `SELECT` by hand. Transactions and all they read are on the primary, as
/// are locking reads. A replica that cannot be reached is left out for ``Options/retryAfter``; what was asked of it is asked
/// of the primary. That the database copies what is written from the primary to the replicas is its administrator's affair.
///
/// A replica is always a little behind. Within ``readingOwnWrites(for:_:)`` a task that has written reads from the primary.
public struct RoutedDatabase: QueryExecutor {
    /// How replicas are used.
    public struct Options: Sendable {
        /// Which replica is asked next.
        public enum Choice: Sendable, Hashable {
            /// One after the other.
            case roundRobin
            /// Any.
            case random
        }

        /// Which replica is asked next; `.roundRobin` by default.
        public var choice: Choice = .roundRobin
        /// For how long a replica that could not be reached is left out; 30 seconds by default.
        public var retryAfter: Duration = .seconds(30)
        /// Where the time comes from; the system's by default.
        public var clock: any Clock<Duration> = ContinuousClock()

        /// The defaults.
        public init() {}
    }

    private var routes: Routes

    /// Puts a primary and its replicas together; without replicas everything goes to the primary.
    ///
    /// - Throws: ``ORMError`` with code `invalidQuery` when they are not all of one database product.
    public init(primary: Database, replicas: [Database] = [], options: Options = Options()) throws {
        for replica in replicas where replica.dialect != primary.dialect {
            throw ORMError.mixedProducts(primary.dialect, replica.dialect)
        }
        routes = Routes(home: ReplicaSet(primary: primary, replicas: replicas, options: options))
    }

    /// The same databases, with the rows of some models in another one.
    ///
    /// The tables between of their many-to-many relations are there too. One statement cannot read from two databases: a
    /// filter or a join across them throws ``ORMError`` with code `invalidQuery`. A prefetch works, since it asks by keys.
    ///
    /// - Throws: ``ORMError`` with code `invalidQuery` when the other database is of another product.
    public func routing(_ models: any Model.Type..., to other: RoutedDatabase) throws -> RoutedDatabase {
        try routing(models, other)
    }

    /// The same databases, with the rows of some models in another one without replicas.
    ///
    /// - Throws: ``ORMError`` with code `invalidQuery` when the other database is of another product.
    public func routing(_ models: any Model.Type..., to other: Database) throws -> RoutedDatabase {
        try routing(models, RoutedDatabase(primary: other))
    }

    private func routing(_ models: [any Model.Type], _ other: RoutedDatabase) throws(ORMError) -> RoutedDatabase {
        guard other.dialect == dialect else { throw ORMError.mixedProducts(dialect, other.dialect) }
        var copy = self
        for model in models { copy.routes.add(model.schema, at: other.routes.home) }
        return copy
    }

    /// The database that is written to, for reads that must see the newest rows.
    public var primary: Database { routes.home.primary }

    /// The SQL of the databases.
    public var dialect: Dialect { primary.dialect }

    /// Lends a session of a replica for reads, or else of the primary.
    ///
    /// When a replica fails, `body` runs a second time, on the primary, unless it was given rows of a stream already.
    public func withSession<Value>(
        _ kind: SessionKind, _ body: (any DatabaseSession) async throws -> Value
    ) async throws -> Value {
        try await routes.home.withSession(kind, routes, body)
    }

    /// Lends a session of the databases in which the tables are.
    ///
    /// - Throws: ``ORMError`` with code `invalidQuery` when they are in several.
    public func withSession<Value>(
        _ kind: SessionKind, over tables: @autoclosure () -> Set<String>,
        _ body: (any DatabaseSession) async throws -> Value
    ) async throws -> Value {
        let place = routes.isTrivial ? routes.home : try routes.place(of: tables())
        return try await place.withSession(kind, routes, body)
    }

    /// Runs `body` in a transaction on the primary.
    ///
    /// Models that are routed to another database cannot be written in it; see ``transaction(for:_:)``.
    @discardableResult
    public func transaction<Value>(_ body: (Transaction) async throws -> Value) async throws -> Value {
        try await routes.home.transaction(routes, body)
    }

    /// Runs `body` in a transaction of the database to which the model is routed.
    @discardableResult
    public func transaction<Value>(
        for model: any Model.Type, _ body: (Transaction) async throws -> Value
    ) async throws -> Value {
        try await routes.place(of: model.schema.table).transaction(routes, body)
    }

    /// Closes all of the databases.
    public func close() async throws {
        for place in routes.places { try await place.close() }
    }
}

extension RoutedDatabase {
    /// Runs `body`, in which reads follow writes: once something was written, reads of the same databases go to the primary.
    ///
    /// It holds for child tasks too, and for every ``RoutedDatabase``. `MartletApp` does it for each request and each run of
    /// a task. A write on ``primary`` itself is not noticed.
    ///
    /// - Parameter time: For how long after each write; until `body` returns when left out.
    @discardableResult
    public static func readingOwnWrites<Value>(
        for time: Duration? = nil, _ body: () async throws -> Value
    ) async rethrows -> Value {
        let writes = OwnWrites(time: time, outer: OwnWrites.current)
        return try await OwnWrites.$current.withValue(writes) { try await body() }
    }
}

extension ORMError {
    fileprivate static func mixedProducts(_ one: Dialect, _ other: Dialect) -> ORMError {
        ORMError(
            .invalidQuery,
            "A RoutedDatabase has databases of one product, and these are \(one.rawValue) and \(other.rawValue). "
                + "Pass the other one to its queries by itself: on: other.")
    }
}
