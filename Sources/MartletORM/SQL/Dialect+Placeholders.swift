extension Dialect {
    /// A text with the product's placeholders instead of `?`, and how many there are.
    ///
    /// SQLite's is the text itself. PostgreSQL numbers them, `$1`; `??` stands for its operator `?`, and a text that has
    /// numbers already stays as it is. Quoted names, strings and comments are never touched.
    package func numbered(_ text: String) -> (text: String, count: Int) {
        var scanner = PlaceholderScanner(text)
        scanner.scan()
        guard self == .postgreSQL else { return (text, scanner.count) }
        return scanner.highest > 0 ? (text, scanner.highest) : (scanner.text, scanner.count)
    }

    /// What stands before, between and behind the placeholders `?` of a text.
    static func pieces(of text: String) -> [String] {
        var scanner = PlaceholderScanner(text)
        scanner.scan()
        return scanner.pieces
    }
}

/// Reads a statement just so far as to tell placeholders from what looks like them.
private struct PlaceholderScanner {
    private let input: [UInt8]
    private var output: [UInt8] = []
    private var position = 0
    /// The number of `?`.
    private(set) var count = 0
    /// The highest number of a `$1`, 0 when there is none.
    private(set) var highest = 0
    /// Where each `?` is in the input.
    private var places: [Int] = []
    /// What of the input is around the placeholders.
    var pieces: [String] {
        let starts = [0] + places.map { $0 + 1 }
        return zip(starts, places + [input.count]).map { String(decoding: input[$0..<$1], as: UTF8.self) }
    }
    /// The text with numbers.
    var text: String { String(decoding: output, as: UTF8.self) }

    init(_ text: String) {
        input = Array(text.utf8)
        output.reserveCapacity(input.count + 16)
    }

    mutating func scan() {
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "?"): placeholder()
            case UInt8(ascii: "'"): copyQuoted(byte, backslashes: isEscapeString)
            case UInt8(ascii: "\""): copyQuoted(byte, backslashes: false)
            case UInt8(ascii: "-") where peek(1) == byte: copy(while: { $0 != UInt8(ascii: "\n") })
            case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"): copyComment()
            case UInt8(ascii: "$") where !isInWord: dollar()
            default: copy()
            }
        }
    }

    private mutating func placeholder() {
        position += 1
        if peek() == UInt8(ascii: "?") { return copy() }
        places.append(position - 1)
        count += 1
        output.append(UInt8(ascii: "$"))
        output += String(count).utf8
    }

    /// A number of a placeholder, `$1`, or a string between two equal tags, `$body$ … $body$`.
    private mutating func dollar() {
        let start = position
        copy()
        copy(while: isWord)
        let name = input[(start + 1)..<position]
        if let number = Int(String(decoding: name, as: UTF8.self)) {
            highest = max(highest, number)
        } else if peek() == UInt8(ascii: "$") {
            copy()
            let tag = input[start..<position]
            while position < input.count, !input[position...].starts(with: tag) { copy() }
            for _ in tag where position < input.count { copy() }
        }
    }

    private mutating func copyQuoted(_ quote: UInt8, backslashes: Bool) {
        copy()
        while let byte = peek() {
            copy()
            if byte == quote { return }
            if backslashes, byte == UInt8(ascii: "\\"), peek() != nil { copy() }
        }
    }

    private mutating func copyComment() {
        var depth = 0
        while let byte = peek() {
            let next = peek(1)
            copy()
            if byte == UInt8(ascii: "/"), next == UInt8(ascii: "*") {
                depth += 1
            } else if byte == UInt8(ascii: "*"), next == UInt8(ascii: "/") {
                depth -= 1
            } else {
                continue
            }
            copy()
            if depth == 0 { return }
        }
    }

    /// Whether the string that begins here is one with backslashes, `E'…'`.
    private var isEscapeString: Bool {
        guard position > 0, [UInt8(ascii: "e"), UInt8(ascii: "E")].contains(input[position - 1]) else { return false }
        return position < 2 || !isWord(input[position - 2])
    }

    private var isInWord: Bool { position > 0 && isWord(input[position - 1]) }

    private func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...0xFF:
            true
        default: false
        }
    }

    private func peek(_ distance: Int = 0) -> UInt8? {
        position + distance < input.count ? input[position + distance] : nil
    }

    private mutating func copy() {
        guard position < input.count else { return }
        output.append(input[position])
        position += 1
    }

    private mutating func copy(while condition: (UInt8) -> Bool) {
        while let byte = peek(), condition(byte) { copy() }
    }
}
