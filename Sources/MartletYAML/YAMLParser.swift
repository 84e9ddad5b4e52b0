import CYAML
import MartletTasks

/// The events of a YAML text, one after the other, by libyaml.
///
/// libyaml calls nothing of itself again and again for what is nested, so a text cannot use up the stack there.
final class YAMLParser {
    private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    /// The text, which libyaml reads where it is.
    private let text: UnsafeMutableBufferPointer<UInt8>

    init(_ bytes: [UInt8]) throws(TaskError) {
        text = .allocate(capacity: max(1, bytes.count))
        _ = text.initialize(fromContentsOf: bytes)
        parser.initialize(to: yaml_parser_t())
        guard yaml_parser_initialize(parser) == 1 else {
            throw TaskError(.malformedMessage, "YAML: there is no memory to read it")
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, text.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        text.deallocate()
    }

    /// The next event that says something of a value; after the last one `end`.
    ///
    /// - Throws: `TaskError` with code `malformedMessage`, naming the line.
    func next() throws(TaskError) -> YAMLEvent {
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser, &event) == 1 else { throw failure }
            defer { yaml_event_delete(&event) }
            if let event = YAMLEvent(event) { return event }
        }
    }

    private var failure: TaskError {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "it cannot be read"
        return TaskError(.malformedMessage, "YAML: \(problem), at line \(parser.pointee.problem_mark.line + 1)")
    }
}

extension YAMLEvent {
    /// `nil` for the beginnings and ends of text and documents.
    fileprivate init?(_ event: yaml_event_t) {
        func text(_ bytes: UnsafeMutablePointer<yaml_char_t>?) -> String? { bytes.map { String(cString: $0) } }
        line = event.start_mark.line + 1
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            kind = .scalar(
                Scalar(
                    text: String(decoding: bytes, as: UTF8.self), tag: text(scalar.tag),
                    isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE))
            anchor = text(scalar.anchor)
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            (kind, anchor, tag) = (.sequence, text(start.anchor), text(start.tag))
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            (kind, anchor, tag) = (.mapping, text(start.anchor), text(start.tag))
        case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
        case YAML_MAPPING_END_EVENT: kind = .mappingEnd
        case YAML_ALIAS_EVENT: kind = .alias(text(event.data.alias.anchor) ?? "")
        case YAML_STREAM_END_EVENT, YAML_NO_EVENT: kind = .end
        default: return nil
        }
    }
}
