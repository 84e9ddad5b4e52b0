/// The shape of a statement: what is left of its text without values, comments, and the number of its placeholders.
///
/// `… WHERE id IN (1, 2)`, `… WHERE id IN (?, ?, ?)` and `… where id IN ($1)` of the same query share one, except for the
/// case of keywords. Names in quotes stay as they are.
public struct StatementFingerprint: Sendable, Hashable, CustomStringConvertible {
    /// The text, `?` standing for every value and every list of values.
    public let description: String

    /// Takes the fingerprint of a statement's text.
    public init(_ text: String) {
        var reader = Reader(text)
        description = reader.read()
    }
}

extension StatementFingerprint {
    /// Copies a text byte by byte, and leaves out what differs between statements of one shape.
    private struct Reader {
        private let input: [UInt8]
        private var position = 0
        private var output: [UInt8] = []

        init(_ text: String) {
            input = Array(text.utf8)
            output.reserveCapacity(input.count)
        }

        mutating func read() -> String {
            while position < input.count { step() }
            while output.last == UInt8(ascii: " ") { output.removeLast() }
            return String(decoding: output, as: UTF8.self)
        }

        private mutating func step() {
            let byte = input[position]
            switch byte {
            case UInt8(ascii: " "), 9, 10, 13:
                position += 1
                space()
            case UInt8(ascii: "-") where next == UInt8(ascii: "-"):
                skip { $0 == 10 }
                space()
            case UInt8(ascii: "/") where next == UInt8(ascii: "*"):
                skipComment()
                space()
            case UInt8(ascii: "'"):
                skipText()
                value()
            case UInt8(ascii: "\""):
                copyName()
            case UInt8(ascii: "?"), UInt8(ascii: "$"):
                position += 1
                skip { !Self.isDigit($0) }
                value()
            case _ where Self.isDigit(byte) && !endsInWord:
                skip { !Self.isDigit($0) && !Self.isLetter($0) && $0 != UInt8(ascii: ".") }
                value()
            case UInt8(ascii: ")"):
                position += 1
                closeList()
            default:
                output.append(byte)
                position += 1
            }
        }

        private var next: UInt8? { position + 1 < input.count ? input[position + 1] : nil }

        private var endsInWord: Bool { output.last.map { Self.isLetter($0) || Self.isDigit($0) } ?? false }

        private mutating func space() {
            if let last = output.last, last != UInt8(ascii: " ") { output.append(UInt8(ascii: " ")) }
        }

        private mutating func skip(until isEnd: (UInt8) -> Bool) {
            while position < input.count, !isEnd(input[position]) { position += 1 }
        }

        private mutating func skipComment() {
            position += 2
            while position < input.count, !(input[position] == UInt8(ascii: "*") && next == UInt8(ascii: "/")) {
                position += 1
            }
            position += 2
        }

        /// Passes over a text in quotes, in which two quotes are one.
        private mutating func skipText() {
            position += 1
            while position < input.count {
                let isQuote = input[position] == UInt8(ascii: "'")
                if isQuote, next != UInt8(ascii: "'") { break }
                position += isQuote ? 2 : 1
            }
            position += 1
        }

        private mutating func copyName() {
            repeat {
                output.append(input[position])
                position += 1
            } while position < input.count && input[position] != UInt8(ascii: "\"")
            if position < input.count { output.append(input[position]) }
            position += 1
        }

        /// Writes a placeholder, or nothing when it only makes a list of placeholders longer.
        private mutating func value() {
            output.append(UInt8(ascii: "?"))
            fold("?, ?", to: "?")
            fold("?,?", to: "?")
        }

        /// Writes the end of a list, or nothing when the list only makes a list of lists longer.
        private mutating func closeList() {
            output.append(UInt8(ascii: ")"))
            fold("(?), (?)", to: "(?)")
            fold("(?),(?)", to: "(?)")
        }

        private mutating func fold(_ ending: String, to short: String) {
            guard output.count >= ending.utf8.count, output.suffix(ending.utf8.count).elementsEqual(ending.utf8) else {
                return
            }
            output.removeLast(ending.utf8.count - short.utf8.count)
        }

        private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

        private static func isLetter(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_") || byte > 127
        }
    }
}
