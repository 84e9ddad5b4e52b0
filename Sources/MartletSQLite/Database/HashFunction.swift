import GRDB

/// The functions behind `md5` and the kinds of `sha`, which SQLite itself does not have.
enum HashFunction: String, CaseIterable {
    case md5, sha1, sha224, sha256, sha384, sha512

    /// Adds the functions to a connection; they hash the UTF-8 of a text.
    static func add(to database: GRDB.Database) {
        for hash in allCases {
            database.add(
                function: DatabaseFunction(hash.rawValue, argumentCount: 1, pure: true) { values in
                    String.fromDatabaseValue(values[0]).map { hash.hexDigits(of: Array($0.utf8)) }
                })
        }
    }

    /// The hash in hexadecimal digits with small letters.
    func hexDigits(of message: [UInt8]) -> String {
        switch self {
        case .md5: MD5().hexDigits(of: message)
        case .sha1: SHA1().hexDigits(of: message)
        case .sha224: SHA2.sha224.hexDigits(of: message)
        case .sha256: SHA2.sha256.hexDigits(of: message)
        case .sha384: SHA2.sha384.hexDigits(of: message)
        case .sha512: SHA2.sha512.hexDigits(of: message)
        }
    }
}
