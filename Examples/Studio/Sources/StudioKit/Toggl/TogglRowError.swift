/// Says why one row of a report was refused: line, column, value and reason.
public struct TogglRowError: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    /// Says which rule the row breaks, as a stable word; open to growth.
    ///
    /// Defects of the CSV itself carry the words of ``CSVDefect/Code``.
    public struct Code: Hashable, Sendable, Codable, CustomStringConvertible {
        /// The stable word.
        public let description: String
        init(_ word: String) { description = word }

        /// More or fewer fields than the header.
        public static let fieldCount = Code("fieldCount")
        /// A field that must not be empty is.
        public static let empty = Code("empty")
        /// A billable entry without a client.
        public static let billableWithoutClient = Code("billableWithoutClient")
        /// A billable entry without a project.
        public static let billableWithoutProject = Code("billableWithoutProject")
        /// A text longer than its limit.
        public static let tooLong = Code("tooLong")
        /// A control character where none belongs.
        public static let controlCharacter = Code("controlCharacter")
        /// Not a mail address.
        public static let email = Code("email")
        /// Neither `Yes` nor `No`.
        public static let billable = Code("billable")
        /// A date not written as `YYYY-MM-DD`.
        public static let dateFormat = Code("dateFormat")
        /// A day that is not in the calendar.
        public static let dateImpossible = Code("dateImpossible")
        /// A year outside 2000 to 2099.
        public static let dateRange = Code("dateRange")
        /// A time not written as `HH:MM:SS`.
        public static let timeFormat = Code("timeFormat")
        /// A time that no clock shows.
        public static let timeImpossible = Code("timeImpossible")
        /// An end before its start.
        public static let endBeforeStart = Code("endBeforeStart")
        /// A duration not written as `H:MM:SS`.
        public static let durationFormat = Code("durationFormat")
        /// A duration below zero.
        public static let durationNegative = Code("durationNegative")
        /// A duration with more than 59 minutes or seconds.
        public static let durationImpossible = Code("durationImpossible")
        /// A duration over 24 hours.
        public static let durationTooLong = Code("durationTooLong")
        /// A duration that is not the time from start to end, within one second.
        ///
        /// An entry that runs through the change to or from summer time is one of these, because a report does not
        /// say the time zone of its clock.
        public static let durationMismatch = Code("durationMismatch")
        /// A comma with no tag before or after it.
        public static let emptyTag = Code("emptyTag")
        /// More tags than ``TogglLimits/tags``.
        public static let tooManyTags = Code("tooManyTags")
        /// Not an amount.
        public static let amountFormat = Code("amountFormat")
        /// Thousands grouped wrongly.
        public static let amountGrouping = Code("amountGrouping")
        /// An amount with a third decimal.
        public static let amountDecimals = Code("amountDecimals")
        /// An amount over ``TogglLimits/amountCents``, so that no sum of rows overflows.
        public static let amountTooLarge = Code("amountTooLarge")
        /// An amount below zero.
        public static let amountNegative = Code("amountNegative")
        /// An amount on an entry that is not billable.
        public static let amountNotBillable = Code("amountNotBillable")
    }

    /// The rule that is broken.
    public let code: Code
    /// Physical line of the file on which the row begins, counted from 1.
    public let line: Int
    /// The column's header, or nil if the whole row is meant.
    public let column: String?
    /// The value that was refused, cut to 80 characters, control characters made visible.
    public let value: String
    /// What is wrong and what to do.
    public let reason: String

    init(_ code: Code, line: Int, column: String?, value: String, reason: String) {
        self.code = code
        self.line = line
        self.column = column
        self.value = TogglRowError.shown(value)
        self.reason = reason
    }

    /// Makes the row's error from a defect of the CSV.
    init(_ defect: CSVDefect, header: TogglHeader) {
        self.init(
            Code(defect.code.description),
            line: defect.line,
            column: header.name(at: defect.field),
            value: "",
            reason: defect.reason
        )
    }

    /// Line, column, value and reason on one line.
    public var description: String {
        column == nil ? "line \(line): \(explanation)" : "line \(line), \(explanation)"
    }

    /// Column, value and reason on one line.
    public var explanation: String {
        let place = column.map { "\($0): " } ?? ""
        return value.isEmpty ? place + reason : "\(place)'\(value)' \(reason)"
    }

    private static func shown(_ value: String) -> String {
        var text = ""
        for scalar in value.unicodeScalars.prefix(80) {
            if scalar.isControl {
                text += scalar.escaped(asASCII: true)
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return value.unicodeScalars.count > 80 ? text + "…" : text
    }
}
