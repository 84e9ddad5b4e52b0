import Foundation

/// Writes text in Windows code page 1252, the encoding of PDF's built-in fonts.
///
/// What the code page lacks is replaced by its base letter (`ř` by `r`), or by `?`.
enum WinAnsi {
    /// Encodes a text; control characters become spaces.
    static func encode(_ text: String) -> [UInt8] {
        text.precomposedStringWithCanonicalMapping.unicodeScalars.flatMap { scalar in
            byte(for: scalar).map { [$0] } ?? substitute(for: scalar)
        }
    }

    private static func byte(for scalar: Unicode.Scalar) -> UInt8? {
        switch scalar.value {
        case 0x20...0x7E, 0xA0...0xFF: UInt8(scalar.value)
        case 0x00...0x1F, 0x7F...0x9F: UInt8(ascii: " ")
        default: special[scalar]
        }
    }

    private static func substitute(for scalar: Unicode.Scalar) -> [UInt8] {
        if scalar.properties.generalCategory == .nonspacingMark { return [] }
        if let letter = strokes[scalar] { return [letter] }
        let base = String(scalar).decomposedStringWithCompatibilityMapping.unicodeScalars.compactMap { byte(for: $0) }
        return base.isEmpty ? [UInt8(ascii: "?")] : base
    }

    /// The characters at 0x80 to 0x9F.
    private static let special: [Unicode.Scalar: UInt8] = [
        "€": 0x80, "‚": 0x82, "ƒ": 0x83, "„": 0x84, "…": 0x85, "†": 0x86, "‡": 0x87, "ˆ": 0x88, "‰": 0x89,
        "Š": 0x8A, "‹": 0x8B, "Œ": 0x8C, "Ž": 0x8E, "‘": 0x91, "’": 0x92, "“": 0x93, "”": 0x94, "•": 0x95,
        "–": 0x96, "—": 0x97, "˜": 0x98, "™": 0x99, "š": 0x9A, "›": 0x9B, "œ": 0x9C, "ž": 0x9E, "Ÿ": 0x9F,
    ]

    /// Letters with a stroke or without a dot, which have no decomposition.
    private static let strokes: [Unicode.Scalar: UInt8] = [
        "Ł": UInt8(ascii: "L"), "ł": UInt8(ascii: "l"), "Đ": UInt8(ascii: "D"), "đ": UInt8(ascii: "d"),
        "ı": UInt8(ascii: "i"), "Ħ": UInt8(ascii: "H"), "ħ": UInt8(ascii: "h"), "−": UInt8(ascii: "-"),
        "\u{2010}": UInt8(ascii: "-"), "\u{2011}": UInt8(ascii: "-"),
    ]
}
