#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Reads JSON text whose order and spacing are known, as this module writes it: what is not as expected is `nil`, and
/// means that ``JSONParser`` is to read the text.
///
/// It takes only what means the same to both: texts of ASCII without escapes, and small whole numbers.
struct ExpectingReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// Whether all is read.
    var isAtEnd: Bool { index == bytes.count }

    /// Goes over a text, if it comes next.
    mutating func skip(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard bytes.count - index >= count, let start = bytes.baseAddress,
            memcmp(start + index, text.utf8Start, count) == 0
        else { return false }
        index += count
        return true
    }

    /// A text in quotes.
    ///
    /// - Parameter known: What it is likely to be, and is returned then, so that no text is made.
    mutating func string(likely known: String? = nil) -> String? {
        guard skip("\"") else { return nil }
        let start = index
        let (quote, backslash) = (UInt8(ascii: "\""), UInt8(ascii: "\\"))
        while index < bytes.count, bytes[index] != quote {
            let byte = bytes[index]
            guard byte >= 0x20, byte < 0x80, byte != backslash else { return nil }
            index += 1
        }
        guard index < bytes.count else { return nil }
        let text = UnsafeBufferPointer(rebasing: bytes[start..<index])
        index += 1
        if var known, known.utf8.count == text.count, known.withUTF8({ equal($0, text) }) { return known }
        return String(unsafeUninitializedCapacity: text.count) { target in
            _ = target.initialize(from: text)
            return text.count
        }
    }

    /// A whole number of up to nine digits.
    mutating func count() -> Int? {
        let start = index
        var value = 0
        while index < bytes.count, index - start < 9, case let digit = bytes[index], digit >= 0x30, digit <= 0x39 {
            value = value * 10 + Int(digit - 0x30)
            index += 1
        }
        guard index > start, index - start == 1 || bytes[start] != UInt8(ascii: "0") else { return nil }
        return value
    }

    /// `null`, or what `read` reads.
    mutating func optional<Value>(_ read: (inout ExpectingReader) -> Value?) -> Value?? {
        if skip("null") { return .some(nil) }
        return read(&self).map(Optional.some)
    }

    /// A truth value.
    mutating func bool() -> Bool? { skip("true") ? true : skip("false") ? false : nil }

    private func equal(_ one: UnsafeBufferPointer<UInt8>, _ other: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let (one, count) = one.baseAddress.map({ ($0, one.count) }), let other = other.baseAddress else {
            return one.isEmpty
        }
        return memcmp(one, other, count) == 0
    }
}
