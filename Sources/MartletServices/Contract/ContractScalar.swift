public import Foundation

/// A value that fits into a path or a query: text, numbers, booleans, dates, identifiers, and enums over them.
///
/// An enum with a raw value conforms by saying so:
///
/// ```swift
/// public enum InvoiceStatus: String, Codable, ContractScalar { case draft, sent, paid }
/// ```
public protocol ContractScalar: Sendable {
    /// Reads the value from the text of a parameter (percent-decoded); `nil` when it is no such value.
    init?(contractText: String)

    /// The text of the value, before percent-encoding.
    var contractText: String { get }

    /// What a caller should write, for error messages: "an integer".
    static var contractDescription: String { get }
}

extension ContractScalar where Self: LosslessStringConvertible {
    /// Reads the value as its description is written.
    public init?(contractText: String) { self.init(contractText) }

    /// The value's description.
    public var contractText: String { description }
}

extension ContractScalar where Self: RawRepresentable, RawValue: ContractScalar {
    /// Reads the raw value.
    public init?(contractText: String) {
        guard let raw = RawValue(contractText: contractText) else { return nil }
        self.init(rawValue: raw)
    }

    /// The text of the raw value.
    public var contractText: String { rawValue.contractText }

    /// The Swift type's name.
    public static var contractDescription: String { "a value of \(Self.self)" }
}

extension ContractScalar where Self: RawRepresentable & CaseIterable, RawValue: ContractScalar {
    /// The raw values that exist.
    public static var contractDescription: String {
        "one of " + allCases.map(\.rawValue.contractText).joined(separator: ", ")
    }
}

extension String: ContractScalar {
    /// "text".
    public static var contractDescription: String { "text" }
}

extension Int: ContractScalar {
    /// "an integer".
    public static var contractDescription: String { "an integer" }
}

extension Int64: ContractScalar {
    /// "an integer".
    public static var contractDescription: String { "an integer" }
}

extension Double: ContractScalar {
    /// Reads a finite number.
    public init?(contractText: String) {
        guard let number = Double(contractText), number.isFinite else { return nil }
        self = number
    }

    /// "a number".
    public static var contractDescription: String { "a number" }
}

extension Bool: ContractScalar {
    /// Reads `true` or `false`.
    public init?(contractText: String) { self.init(contractText) }

    /// "true or false".
    public static var contractDescription: String { "true or false" }
}

extension UUID: ContractScalar {
    /// Reads a UUID in its usual form.
    public init?(contractText: String) { self.init(uuidString: contractText) }

    /// The UUID in lower case.
    public var contractText: String { uuidString.lowercased() }

    /// "a UUID".
    public static var contractDescription: String { "a UUID" }
}

extension Date: ContractScalar {
    /// Reads an ISO 8601 date and time.
    public init?(contractText: String) {
        guard let date = ContractDate.date(contractText) else { return nil }
        self = date
    }

    /// The date and time as ISO 8601.
    public var contractText: String { ContractDate.text(self) }

    /// "a date such as 2026-03-01T12:00:00Z".
    public static var contractDescription: String { "a date such as 2026-03-01T12:00:00Z" }
}
