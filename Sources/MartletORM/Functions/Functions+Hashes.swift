// The hash of a text's UTF-8, in hexadecimal digits with small letters. Connections of MartletSQLite bring the functions.

extension SelectExpression where Value: TextColumnValue {
    /// The MD5 of the text, 32 hexadecimal digits; broken long ago, so for what nobody forges.
    public var md5: SQLExpression<Value> { hash("MD5", postgreSQL: .call("MD5", [utf8])) }
    /// The SHA-1 of the text, 40 hexadecimal digits; on PostgreSQL of the extension `pgcrypto`, which a migration makes by
    /// `CREATE EXTENSION pgcrypto`.
    public var sha1: SQLExpression<Value> {
        hash("SHA1", postgreSQL: .call("ENCODE", [.call("DIGEST", [utf8, "'sha1'"]), "'hex'"]))
    }
    /// The SHA-224 of the text, 56 hexadecimal digits.
    public var sha224: SQLExpression<Value> { sha2("SHA224") }
    /// The SHA-256 of the text, 64 hexadecimal digits.
    public var sha256: SQLExpression<Value> { sha2("SHA256") }
    /// The SHA-384 of the text, 96 hexadecimal digits.
    public var sha384: SQLExpression<Value> { sha2("SHA384") }
    /// The SHA-512 of the text, 128 hexadecimal digits.
    public var sha512: SQLExpression<Value> { sha2("SHA512") }

    private func sha2(_ function: String) -> SQLExpression<Value> {
        hash(function, postgreSQL: .call("ENCODE", [.call(function, [utf8]), "'hex'"]))
    }

    private func hash(_ function: String, postgreSQL: SQLFragment) -> SQLExpression<Value> {
        SQLExpression(.by(sqlite: .call(function, [fragment]), postgreSQL: postgreSQL))
    }

    /// The bytes of the text on PostgreSQL, whatever the database is encoded in.
    private var utf8: SQLFragment { .call("CONVERT_TO", [fragment, "'UTF8'"]) }
}
