import Foundation

/// The path of an endpoint, such as `/invoices/{id}/lines`.
///
/// A parameter fills a whole segment. The `@Service` macro checks the text when it compiles; a template made by hand
/// takes text that is not `{name}` literally.
public struct PathTemplate: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringLiteral {
    enum Segment: Sendable, Hashable {
        case literal(String)
        case parameter(String)
    }

    let segments: [Segment]

    /// The template as written.
    public let description: String

    /// Reads a template.
    public init(_ text: String) {
        description = text
        segments = text.split(separator: "/").map { segment in
            segment.hasPrefix("{") && segment.hasSuffix("}")
                ? .parameter(String(segment.dropFirst().dropLast())) : .literal(String(segment))
        }
    }

    /// Reads a template from a literal.
    public init(stringLiteral text: String) { self.init(text) }

    /// The names of the parameters, from left to right.
    public var parameters: [String] {
        segments.compactMap { if case .parameter(let name) = $0 { name } else { nil } }
    }

    /// The path with its parameters filled in and percent-encoded.
    ///
    /// - Throws: ``ServiceError`` with code `bad-request` when a value is missing, or is empty, `.` or `..`, which no
    ///   path segment can say.
    func path(filling values: [String: String]) throws -> String {
        var path = ""
        for segment in segments {
            switch segment {
            case .literal(let text): path += "/" + text
            case .parameter(let name):
                guard let value = values[name], !value.isEmpty, value != ".", value != ".." else {
                    throw ServiceError(
                        .badRequest,
                        "The path parameter '\(name)' of \(description) is '\(values[name] ?? "")', which cannot stand "
                            + "in a path. Give it a value that is not empty, '.' or '..'.")
                }
                path += "/" + PercentCoding.encode(value)
            }
        }
        return path.isEmpty ? "/" : path
    }
}

/// Percent-encoding of path segments and query parts (RFC 3986).
enum PercentCoding {
    static func encode(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }

    /// The decoded text; `nil` when the escapes are broken or are not UTF-8.
    static func decode(_ text: some StringProtocol) -> String? {
        text.removingPercentEncoding
    }

    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}
