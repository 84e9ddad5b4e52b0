/// A statement written by hand: its text, with every interpolated value bound and never spliced.
///
/// ```swift
/// let rows = try await database.rows("SELECT id FROM client WHERE country = \("DE")")
/// ```
///
/// `\(value)` becomes a placeholder and a binding. `\(raw: text)` puts text into the statement as it is;
/// never pass it anything that came from outside.
public struct SQL: Sendable, Hashable, ExpressibleByStringInterpolation {
    /// The statement's text, `?` standing for each binding.
    public private(set) var text: String
    /// The values of the placeholders, in the order of the text.
    public private(set) var bindings: [SQLValue]
    /// Which models it reads, when a query made it; of no matter to the database.
    var origin: StatementOrigin?

    /// Makes a statement from a text, which must not come from outside the program, and the values of its placeholders.
    public init(raw text: String, bindings: [SQLValue] = []) {
        self.text = text
        self.bindings = bindings
    }

    /// Whether text and bindings are the same.
    public static func == (left: SQL, right: SQL) -> Bool {
        left.text == right.text && left.bindings == right.bindings
    }

    /// Hashes text and bindings.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(text)
        hasher.combine(bindings)
    }

    /// Makes a statement without bindings.
    public init(stringLiteral value: String) {
        self.init(raw: value)
    }

    /// Makes a statement from a literal with interpolated values.
    public init(stringInterpolation: Interpolation) {
        self.init(raw: stringInterpolation.text, bindings: stringInterpolation.bindings)
    }

    /// Appends a piece of a statement, its bindings included.
    public mutating func append(_ other: SQL) {
        text += other.text
        bindings += other.bindings
    }

    /// Collects the pieces of an interpolated statement.
    public struct Interpolation: StringInterpolationProtocol {
        var text = ""
        var bindings: [SQLValue] = []

        /// Begins an empty statement.
        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount)
        }

        /// Appends text of the literal.
        public mutating func appendLiteral(_ literal: String) {
            text += literal
        }

        /// Binds a value.
        public mutating func appendInterpolation(_ value: some ColumnValue) {
            text += "?"
            bindings.append(value.sqlValue)
        }

        /// Binds a value that already is in the database's form.
        public mutating func appendInterpolation(_ value: SQLValue) {
            text += "?"
            bindings.append(value)
        }

        /// Inserts a piece of a statement with its own bindings.
        public mutating func appendInterpolation(_ piece: SQL) {
            text += piece.text
            bindings += piece.bindings
        }

        /// Splices text into the statement as it is; it must not come from outside the program.
        public mutating func appendInterpolation(raw text: String) {
            self.text += text
        }
    }
}
