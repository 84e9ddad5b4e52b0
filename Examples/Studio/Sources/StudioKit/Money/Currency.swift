/// A currency by its ISO 4217 code, such as `EUR`.
///
/// Amounts are always kept in hundredths, so a currency without hundredths (such as JPY) counts hundredths too.
public struct Currency: Hashable, Sendable {
    /// Three capital letters A to Z.
    public let code: String

    /// The euro.
    public static let eur = Currency(unchecked: "EUR")
    /// The United States dollar.
    public static let usd = Currency(unchecked: "USD")
    /// The pound sterling.
    public static let gbp = Currency(unchecked: "GBP")
    /// The Swiss franc.
    public static let chf = Currency(unchecked: "CHF")

    /// Takes a code of three letters in either case; throws ``StudioKitError`` of code `currency` for anything else.
    ///
    /// Whether a country uses the code is not checked.
    public init(_ code: String) throws {
        guard let currency = Currency(exactly: code) else {
            throw StudioKitError(.currency, "'\(code)' is no currency code; write three letters, like EUR")
        }
        self = currency
    }

    init?(exactly code: String) {
        let bytes = Array(code.utf8).map { $0 | 0x20 }
        guard bytes.count == 3, bytes.allSatisfy({ $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") }) else {
            return nil
        }
        self.code = code.uppercased()
    }

    private init(unchecked code: String) { self.code = code }
}

extension Currency: CustomStringConvertible {
    /// The code.
    public var description: String { code }
}

extension Currency: Codable {
    /// Reads the code from a string.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let currency = Currency(exactly: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is no currency code")
        }
        self = currency
    }

    /// Writes the code as a string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(code)
    }
}
