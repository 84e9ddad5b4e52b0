import CLibPQ
import MartletORM

/// What is wrong with a connection string, said without repeating it: it may hold a password.
enum ConnectionString {
    /// Checks that libpq can take it apart.
    ///
    /// - Throws: `ORMError` with code `invalidQuery`.
    static func validate(_ string: String) throws(ORMError) {
        var words: UnsafeMutablePointer<CChar>?
        let parsed = PQconninfoParse(string, &words)
        defer {
            PQconninfoFree(parsed)
            PQfreemem(words)
        }
        guard parsed == nil else { return }
        throw malformed(reason(words.map { String(cString: $0) } ?? "out of memory"))
    }

    /// Checks that no `/` stands before the `@` of a URL: libpq would take what is around it for the port and the
    /// database, and tell them.
    ///
    /// - Throws: `ORMError` with code `invalidQuery`.
    static func validateAuthority(_ url: String) throws(ORMError) {
        guard let start = url.firstRange(of: "://")?.upperBound else { return }
        let place = url[start...].prefix { $0 != "?" }
        let authority = place.prefix { $0 != "/" }
        guard !authority.contains("@") else { return }
        let ports = authority.split(separator: ",").compactMap { host -> Substring? in
            // Behind the brackets of an IPv6 address.
            let end = host.lastIndex(of: "]").map { host[$0...] } ?? host
            return end.firstIndex(of: ":").map { end[$0...].dropFirst() }
        }
        guard place.contains("@") || !ports.allSatisfy({ $0.allSatisfy(\.isNumber) }) else { return }
        throw malformed("a / or ? in the user or the password must be written %2F or %3F")
    }

    /// libpq's words without what it quotes, unless that is the name of a parameter.
    private static func reason(_ words: String) -> String {
        let line = words.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        let tellsName = ["invalid URI query parameter:", "invalid connection option"].contains { line.hasPrefix($0) }
        guard !tellsName, let first = line.firstIndex(of: "\""), let last = line.lastIndex(of: "\""), first < last
        else {
            return line
        }
        return line[...first] + "…" + line[last...]
    }

    private static func malformed(_ reason: String) -> ORMError {
        ORMError(
            .invalidQuery,
            "The connection string is malformed: \(reason). "
                + "Write postgres://user:password@host:port/database or host=… dbname=….")
    }
}
