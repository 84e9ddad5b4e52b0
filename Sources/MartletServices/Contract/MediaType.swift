/// A media type without its parameters, compared without regard to case.
struct MediaType: Sendable, Hashable {
    let essence: String

    init(_ text: String) {
        essence = text.prefix { $0 != ";" }.lowercased().filter { $0 != " " && $0 != "\t" }
    }

    /// Whether content of this type is JSON: `application/json`, or any type that ends in `+json`.
    var isJSON: Bool { essence == "application/json" || essence.hasSuffix("+json") }

    var isProblem: Bool { essence == ProblemDocument.contentType }
}
