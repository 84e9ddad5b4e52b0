/// What a ``QueryRecorder`` that watches has seen so far: groups instead of statements, so that a long task stays small.
struct QueryLog: Sendable {
    private struct Key: Hashable {
        var fingerprint: StatementFingerprint
        var location: CallSite?
        var endpoint: String?
    }

    private var groups: [StatementGroup] = []
    private var positions: [Key: Int] = [:]
    private var fingerprints: [String: StatementFingerprint] = [:]
    private var calls: [QueryReport.Call] = []
    private var readRelations: Set<ObjectIdentifier> = []

    mutating func add(_ statement: RecordedStatement, within endpoint: String? = nil) {
        let fingerprint = fingerprint(of: statement.text)
        let key = Key(fingerprint: fingerprint, location: statement.location, endpoint: endpoint)
        let position = positions[key] ?? groups.count
        if position == groups.count {
            groups.append(StatementGroup(fingerprint, first: statement, within: endpoint))
            positions[key] = position
        }
        groups[position].add(statement)
    }

    mutating func addCall(to endpoint: String, _ duration: Duration) {
        let position = calls.firstIndex { $0.endpoint == endpoint } ?? calls.count
        if position == calls.count { calls.append(QueryReport.Call(endpoint: endpoint)) }
        calls[position].count += 1
        calls[position].duration += duration
    }

    mutating func addRead(of relation: any Relation.Type) {
        readRelations.insert(ObjectIdentifier(relation))
    }

    var report: QueryReport {
        QueryReport(groups: groups, calls: calls, readRelations: readRelations)
    }

    /// Texts are few where values are bound, and each is read once; texts with values in them must not pile up.
    private mutating func fingerprint(of text: String) -> StatementFingerprint {
        if let known = fingerprints[text] { return known }
        if fingerprints.count >= 1000 { fingerprints.removeAll() }
        let fingerprint = StatementFingerprint(text)
        fingerprints[text] = fingerprint
        return fingerprint
    }
}
