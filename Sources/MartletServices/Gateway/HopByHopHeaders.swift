import HTTPTypes

/// The headers that concern one connection only and must not be passed on (RFC 9110, 7.6.1).
enum HopByHopHeaders {
    private static let always: Set<String> = [
        "connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]

    /// The fields without those of one connection, among them the ones `Connection` names.
    static func removed(from fields: HTTPFields) -> HTTPFields {
        let named = fields[values: .connection].flatMap { $0.split(separator: ",") }
            .map { $0.lowercased().filter { $0 != " " && $0 != "\t" } }
        let dropped = always.union(named)
        return HTTPFields(fields.filter { !dropped.contains($0.name.canonicalName) })
    }
}
