import Foundation

/// Takes the fields of a JSON object one by one and names the field when one has the wrong type.
///
/// The fields are a list, not a dictionary: a reader asks for nearly all of them, mostly in their order.
struct FieldReader {
    private let fields: [JSONMember]
    private var isTaken: [Bool]
    /// How many were not taken.
    private var left: Int
    /// Where the next field is looked for first.
    private var place = 0
    private let owner: String

    init(_ json: JSONValue, of owner: String) throws(TaskError) {
        guard case .object(let members) = json else {
            throw TaskError(
                .malformedMessage, "\(owner): expected a JSON object, found \(json.kind) (\(json.excerpt))")
        }
        self.init(members.map { JSONMember(name: $0.key, value: $0.value) }, of: owner)
    }

    private init(_ fields: [JSONMember], of owner: String) {
        self.fields = fields
        self.owner = owner
        isTaken = Array(repeating: false, count: fields.count)
        left = fields.count
    }

    /// Reads the fields from a text.
    ///
    /// - Throws: ``TaskError`` with code `malformedMessage`, `malformedJSON` or `messageTooLarge`.
    init(parsing bytes: [UInt8], of owner: String, limits: JSONParser.Limits) throws(TaskError) {
        let json: JSONValue
        do throws(TaskError) {
            if let members = try JSONParser.members(bytes, limits: limits) {
                self.init(members, of: owner)
                return
            }
            json = try JSONParser.parse(bytes, limits: limits)
        } catch {
            throw TaskError(error.code, "\(owner): \(error.message)")
        }
        self = try FieldReader(json, of: owner)
    }

    /// The fields nobody has asked for yet.
    var rest: [String: JSONValue] {
        guard left > 0 else { return [:] }
        return zip(fields, isTaken).reduce(into: [:]) { rest, field in
            if !field.1 { rest[field.0.name] = field.0.value }
        }
    }

    /// A field as it is, without taking it.
    func peek(_ name: String) -> JSONValue? {
        fields.indices.first { fields[$0].name == name && !isTaken[$0] }.map { fields[$0].value }
    }

    func failure(_ field: String, _ expectation: String, _ value: JSONValue) -> TaskError {
        TaskError(
            .malformedMessage, "\(owner).\(field): \(expectation), found \(value.kind) (\(value.excerpt))")
    }

    mutating func value(_ field: String) -> JSONValue? {
        guard left > 0 else { return nil }
        var looks = fields.count
        while looks > 0 {
            if place == fields.count { place = 0 }
            let index = place
            place += 1
            looks -= 1
            guard fields[index].name == field else { continue }
            guard !isTaken[index] else { return nil }
            isTaken[index] = true
            left -= 1
            if case .null = fields[index].value { return nil }
            return fields[index].value
        }
        return nil
    }

    mutating func string(_ field: String) throws(TaskError) -> String? {
        guard let value = value(field) else { return nil }
        guard let text = value.stringValue else { throw failure(field, "expected a string", value) }
        return text
    }

    mutating func requiredString(_ field: String) throws(TaskError) -> String {
        try Self.required(string(field), "\(owner).\(field)")
    }

    /// A text that was taken and must be there.
    static func required(_ text: String?, _ field: @autoclosure () -> String) throws(TaskError) -> String {
        guard let text, !text.isEmpty else {
            throw TaskError(.malformedMessage, "\(field()) is missing or empty; it must be a string")
        }
        return text
    }

    mutating func integer(_ field: String) throws(TaskError) -> Int? {
        guard let value = value(field) else { return nil }
        guard let number = value.integerValue else { throw failure(field, "expected an integer", value) }
        return number
    }

    /// How often something has happened.
    mutating func count(_ field: String) throws(TaskError) -> Int? {
        guard let number = try integer(field) else { return nil }
        guard (0...Int(Int32.max)).contains(number) else {
            throw failure(field, "expected a number from 0 to \(Int32.max)", .integer(number))
        }
        return number
    }

    /// A time in seconds; what no clock can wait for is refused.
    mutating func seconds(_ field: String) throws(TaskError) -> Double? {
        guard let value = value(field) else { return nil }
        guard let seconds = Self.seconds(value) else { throw failure(field, Self.secondsExpected, value) }
        return seconds
    }

    /// The seconds a value says, or `nil` when it says none that a clock can wait for.
    static func seconds(_ value: JSONValue) -> Double? {
        value.doubleValue.flatMap { abs($0) <= 1e9 ? $0 : nil }
    }

    static let secondsExpected = "expected seconds, at most 1000000000"

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
        guard ISODate.range.contains(date.timeIntervalSince1970) else {
            throw failure(field, "expected a date in the years 1 to 9999", value)
        }
        return date
    }
}
