/// Counts the columns a text takes in a terminal: two for East Asian wide characters and emoji, none for marks.
func displayWidth(_ text: String) -> Int {
    text.reduce(0) { $0 + displayWidth($1) }
}

private func displayWidth(_ character: Character) -> Int {
    guard let first = character.unicodeScalars.first else { return 0 }
    if first.properties.isEmojiPresentation || character.unicodeScalars.contains("\u{FE0F}") { return 2 }
    switch first.properties.generalCategory {
    case .control, .format, .nonspacingMark, .enclosingMark: return 0
    default: return isWide(first.value) ? 2 : 1
    }
}

/// The wide blocks of Unicode's East Asian Width, UAX 11, as far as names and descriptions use them.
private func isWide(_ value: UInt32) -> Bool {
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
        true
    default: false
    }
}

/// Makes a text safe to print on one line: line ends, tabs and other control characters become spaces.
func singleLine(_ text: String) -> String {
    String(text.map { $0.isNewline || $0.unicodeScalars.contains(where: \.isControl) ? " " : $0 })
}
