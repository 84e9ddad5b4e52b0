import Foundation

/// Takes the fields of a JSON object one by one and names the field when one has the wrong type.
struct FieldReader {
    /// The fields nobody has asked for yet.
    private(set) var rest: [String: JSONValue]
    private let owner: String

    init(_ json: JSONValue, of owner: String) throws(TaskError) {
        guard case .object(let members) = json else {
            throw TaskError(
                .malformedMessage, "\(owner): expected a JSON object, found \(json.kind) (\(json.excerpt))")
        }
        rest = members
        self.owner = owner
    }

    func failure(_ field: String, _ expectation: String, _ value: JSONValue) -> TaskError {
        TaskError(
            .malformedMessage, "\(owner).\(field): \(expectation), found \(value.kind) (\(value.excerpt))")
    }

    mutating func value(_ field: String) -> JSONValue? {
        guard let value = rest.removeValue(forKey: field), !value.isNull else { return nil }
        return value
    }

    mutating func string(_ field: String) throws(TaskError) -> String? {
        guard let value = value(field) else { return nil }
        guard let text = value.stringValue else { throw failure(field, "expected a string", value) }
        return text
    }

    mutating func requiredString(_ field: String) throws(TaskError) -> String {
        guard let text = try string(field), !text.isEmpty else {
            throw TaskError(.malformedMessage, "\(owner).\(field) is missing or empty; it must be a string")
        }
        return text
    }

    mutating func integer(_ field: String) throws(TaskError) -> Int? {
        guard let value = value(field) else { return nil }
        guard let number = value.integerValue else { throw failure(field, "expected an integer", value) }
        return number
    }

    mutating func number(_ field: String) throws(TaskError) -> Double? {
        guard let value = value(field) else { return nil }
        guard let number = value.doubleValue else { throw failure(field, "expected a number", value) }
        return number
    }

    mutating func bool(_ field: String) throws(TaskError) -> Bool? {
        guard let value = value(field) else { return nil }
        guard let truth = value.boolValue else { throw failure(field, "expected a boolean", value) }
        return truth
    }

    mutating func array(_ field: String) throws(TaskError) -> [JSONValue]? {
        guard let value = value(field) else { return nil }
        guard let elements = value.arrayValue else { throw failure(field, "expected an array", value) }
        return elements
    }

    mutating func object(_ field: String) throws(TaskError) -> [String: JSONValue]? {
        guard let value = value(field) else { return nil }
        guard let members = value.objectValue else { throw failure(field, "expected an object", value) }
        return members
    }

    mutating func date(_ field: String) throws(TaskError) -> Date? {
        guard let value = value(field) else { return nil }
        guard let date = TaggedValue.date(from: value) else { throw failure(field, "expected an ISO 8601 date", value) }
        return date
    }
}
