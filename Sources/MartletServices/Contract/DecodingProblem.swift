import MartletTasks

/// What a `DecodingError` says, in words for the caller: which member of the body, and what is wrong with it.
struct DecodingProblem {
    let path: String
    let reason: String
    let isSyntax: Bool

    init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            path = Self.path(context.codingPath + [key])
            reason = "is missing"
            isSyntax = false
        case .valueNotFound(let type, let context):
            path = Self.path(context.codingPath)
            reason = "is null where \(Self.words(type)) is needed"
            isSyntax = false
        case .typeMismatch(let type, let context):
            path = Self.path(context.codingPath)
            reason = "is not \(Self.words(type))"
            isSyntax = false
        case .dataCorrupted(let context):
            path = Self.path(context.codingPath)
            reason = context.debugDescription
            isSyntax = context.codingPath.isEmpty
        @unknown default:
            path = ""
            reason = "\(error)"
            isSyntax = false
        }
    }

    func serviceError(for endpoint: Endpoint) -> ServiceError {
        if isSyntax {
            return ServiceError(.badRequest, "The body of \(endpoint) is not valid JSON: \(reason)")
        }
        let member = path.isEmpty ? "The body" : "'\(path)' in the body"
        return ServiceError(
            .unprocessable, "\(member) of \(endpoint) \(reason).", extensions: ["pointer": .string(pointer)])
    }

    /// The place as a JSON pointer (RFC 6901).
    private var pointer: String { path.isEmpty ? "" : "/" + path.replacing(".", with: "/") }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.map { key in key.intValue.map { "\($0)" } ?? key.stringValue }.joined(separator: ".")
    }

    private static func words(_ type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is any BinaryInteger.Type: "an integer"
        case is any BinaryFloatingPoint.Type: "a number"
        case is Bool.Type: "true or false"
        case is any Collection.Type: "a list"
        case is [String: Any].Type: "an object"
        default: "a \(type)"
        }
    }
}
