extension Unicode.Scalar {
    /// Whether the scalar is a control character, Unicode's category Cc.
    var isControl: Bool { value < 0x20 || (0x7F...0x9F).contains(value) }
}

extension String {
    /// The first control character of the text, if it has one.
    var firstControl: Unicode.Scalar? { firstControl(except: []) }

    /// The first control character of the text that is not among those allowed.
    func firstControl(except allowed: [Unicode.Scalar]) -> Unicode.Scalar? {
        // In UTF-8 a control character is one byte, or two of which the first is C2.
        guard utf8.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == 0xC2 }) else { return nil }
        return unicodeScalars.first { $0.isControl && !allowed.contains($0) }
    }
}
