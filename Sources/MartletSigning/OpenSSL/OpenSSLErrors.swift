import CLibCrypto

/// What OpenSSL says of its failures: a queue for each thread, which each use of it leaves empty.
enum OpenSSLErrors {
    /// Forgets what others have left.
    static func clear() { ERR_clear_error() }

    /// The reasons in the queue in one line, each once; afterwards it is empty.
    static func take() -> String {
        var reasons: [String] = []
        while case let code = ERR_get_error(), code != 0 {
            let reason = ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(String(code, radix: 16))"
            if !reasons.contains(reason) { reasons.append(reason) }
        }
        return reasons.isEmpty ? "OpenSSL gives no reason" : reasons.joined(separator: ", ")
    }
}
