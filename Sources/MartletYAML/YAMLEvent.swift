import Foundation
import MartletTasks

/// One thing that a YAML text says: a scalar, the beginning or end of a list or mapping, an alias.
struct YAMLEvent {
    enum Kind: Equatable {
        case scalar(Scalar)
        case sequence, sequenceEnd
        case mapping, mappingEnd
        case alias(String)
        /// The end of the text.
        case end

        /// The kind in words, for messages.
        var word: String {
            switch self {
            case .scalar: "a scalar"
            case .sequence, .sequenceEnd: "a list"
            case .mapping, .mappingEnd: "a mapping"
            case .alias: "an alias"
            case .end: "missing"
            }
        }
    }

    /// A scalar as it stands there.
    struct Scalar: Equatable {
        var text: String
        var tag: String?
        /// Whether it is not in quotes, so that it may be something else than text.
        var isPlain: Bool
    }

    var kind: Kind
    var anchor: String?
    /// The tag of a list or a mapping.
    var tag: String?
    /// Counted from 1.
    var line: Int

    /// An error at its place.
    func failure(_ what: String) -> TaskError { TaskError(.malformedMessage, "YAML: \(what), at line \(line)") }

    /// An error of a tag that would make something else than a plain value.
    func failure(ofTag tag: String) -> TaskError {
        failure("the tag '\(tag.prefix(80))', which is none of YAML's plain types")
    }

    /// Throws unless a list or mapping is nothing but that.
    func requirePlainTag() throws(TaskError) {
        guard let tag, tag != "!", tag != "tag:yaml.org,2002:\(kind == .sequence ? "seq" : "map")" else { return }
        throw failure(ofTag: tag)
    }
}

extension YAMLEvent.Scalar {
    private static let prefix = "tag:yaml.org,2002:"

    var isMerge: Bool { (isPlain && tag == nil && text == "<<") || tag == Self.prefix + "merge" }

    /// What it means.
    ///
    /// - Throws: `TaskError` with code `malformedMessage` for a tag that would make something else than a plain value.
    func value(_ event: YAMLEvent) throws(TaskError) -> JSONValue {
        guard let tag, tag != "!" || isPlain else { return isPlain ? YAMLScalar.value(of: text) : .string(text) }
        let value: JSONValue? =
            switch tag.hasPrefix(Self.prefix) ? String(tag.dropFirst(Self.prefix.count)) : tag {
            case "str", "!": .string(text)
            case "int": YAMLScalar.integer(text)
            case "float": YAMLScalar.double(text) ?? YAMLScalar.integer(text)?.doubleValue.map(JSONValue.double)
            case "bool": YAMLScalar.value(of: text).boolValue.map(JSONValue.bool)
            case "null": .null
            case "timestamp": YAMLTimestamp.value(of: text)
            case "binary": bytes
            default: throw event.failure(ofTag: tag)
            }
        guard let value else { throw event.failure("'\(text.prefix(60))' is no '\(tag)'") }
        return value
    }

    private var bytes: JSONValue? {
        let plain = text.filter { !$0.isWhitespace }
        return Data(base64Encoded: plain).flatMap { try? JSONValue.encoding($0) }
    }
}
