/// A column type that holds a JSON document: ``JSONColumn`` and `Optional` of it.
public protocol JSONColumnValue: ColumnValue {}

extension JSONColumn: JSONColumnValue {}
extension Optional: JSONColumnValue where Wrapped: JSONColumnValue {}

/// One step into a JSON document: the key of an object, or a position in an array.
public enum JSONStep: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    /// The value of a key; a key with a quotation mark is not found on SQLite.
    case key(String)
    /// The value at a position, from 0; from the end when it is negative.
    case position(Int)

    /// The value of a key.
    public init(stringLiteral value: String) { self = .key(value) }

    /// The value at a position.
    public init(integerLiteral value: Int) { self = .position(value) }

    /// The step in SQLite's words.
    fileprivate var sqlite: String {
        switch self {
        case .key(let key): ".\"\(key)\""
        case .position(let position): position < 0 ? "[#\(position)]" : "[\(position)]"
        }
    }

    fileprivate var postgreSQL: SQLValue {
        switch self {
        case .key(let key): .text(key)
        case .position(let position): .text(String(position))
        }
    }
}

extension SelectExpression where Value: JSONColumnValue {
    /// A value within the document; `nil` where there is none or it is `null`.
    ///
    /// ```swift
    /// $0.settings.json("theme", "colors", 0, as: String.self) == "red"
    /// ```
    ///
    /// Ask for a text, a number or a `Bool`, as the document has it.
    public func json<Inner: ColumnValue>(_ steps: JSONStep..., as type: Inner.Type) -> SQLExpression<Inner?> {
        let path = "$" + steps.map(\.sqlite).joined()
        let name = Dialect.postgreSQL.typeName(of: Inner.storage)
        let keys = SQLFragment.value(.array(steps.map(\.postgreSQL)))
        return SQLExpression(
            .by(
                sqlite: .call("json_extract", [fragment, .value(.text(path))]),
                postgreSQL: "CAST(" + fragment + " #>> CAST(" + keys + .raw(" AS text[]) AS \(name))")))
    }
}
