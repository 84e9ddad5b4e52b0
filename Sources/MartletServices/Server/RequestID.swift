import Foundation
import ServiceContextModule

/// The id that follows a request through services, logs and tasks.
public enum RequestID {
    /// The header that carries it, in both directions.
    public static let headerName = "x-request-id"

    /// Makes a new id: 32 hexadecimal digits.
    public static func make() -> String {
        UUID().uuidString.lowercased().replacing("-", with: "")
    }

    /// Takes over a caller's id when it is sane, and makes one otherwise.
    ///
    /// Sane is: 1 to 128 of the characters `A-Z a-z 0-9 - _ . : /`. Anything else could forge log lines.
    public static func accepting(_ text: String?) -> String {
        guard let text, (1...128).contains(text.utf8.count), text.utf8.allSatisfy(isSane) else { return make() }
        return text
    }

    private static func isSane(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: ":"), UInt8(ascii: "/"):
            true
        default: false
        }
    }
}
