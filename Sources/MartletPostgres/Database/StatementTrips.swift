import MartletORM

/// A statement's sets of values in the portions in which they travel.
struct StatementTrips: Sendable {
    /// So many sets of values go in one trip: what comes back for them is kept until it is decoded.
    static let length = 1000

    let statement: Statement
    let isPrepared: Bool

    init(_ statement: Statement, isPrepared: Bool) {
        self.statement = statement
        self.isPrepared = isPrepared
    }

    /// The number of trips; none without a set of values.
    var count: Int { (statement.bindings.count + Self.length - 1) / Self.length }

    /// What is sent on one of them, counted from 0.
    ///
    /// - Throws: `ORMError` with code `invalidValue` when PostgreSQL has no such value.
    func request(_ trip: Int) throws(ORMError) -> PipelineRequest {
        let start = trip * Self.length
        let sets = statement.bindings[start..<min(start + Self.length, statement.bindings.count)]
        if let (text, columns) = statement.bulk?.arrays(sets) {
            return PipelineRequest(
                text: text, parameters: [try ParameterBuffer(columns, of: sets)], isPrepared: isPrepared)
        }
        let parameters = try sets.map { values throws(ORMError) in try ParameterBuffer(values) }
        return PipelineRequest(text: statement.text, parameters: parameters, isPrepared: isPrepared)
    }
}
