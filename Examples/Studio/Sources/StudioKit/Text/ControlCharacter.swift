extension Unicode.Scalar {
    /// Whether the scalar is a control character, Unicode's category Cc.
    var isControl: Bool { value < 0x20 || (0x7F...0x9F).contains(value) }
}

extension String {
    /// The first control character of the text, if it has one.
    var firstControl: Unicode.Scalar? { unicodeScalars.first(where: \.isControl) }
}
