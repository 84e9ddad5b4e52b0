extension PDFCanvas {
    /// Breaks a text into encoded lines no wider than `limit` points.
    ///
    /// Breaks at line ends of the text and at spaces; a word wider than a line is cut. An empty text gives one empty line.
    func lines(of text: String, width limit: Float, _ face: Face, size: Float) -> [[UInt8]] {
        text.split(omittingEmptySubsequences: false) { $0.isNewline }.flatMap { paragraph in
            wrap(WinAnsi.encode(String(paragraph)), width: limit, face, size: size)
        }
    }

    private func wrap(_ text: [UInt8], width limit: Float, _ face: Face, size: Float) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var line: [UInt8] = []
        for word in text.split(separator: UInt8(ascii: " ")) {
            let longer = line.isEmpty ? Array(word) : line + [UInt8(ascii: " ")] + word
            if width(of: longer, face, size: size) <= limit {
                line = longer
                continue
            }
            if !line.isEmpty { lines.append(line) }
            var pieces = cut(word, width: limit, face, size: size)
            line = pieces.popLast() ?? []
            lines += pieces
        }
        return lines + (line.isEmpty && !lines.isEmpty ? [] : [line])
    }

    private func cut(_ word: ArraySlice<UInt8>, width limit: Float, _ face: Face, size: Float) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var piece: [UInt8] = []
        for byte in word {
            if !piece.isEmpty, width(of: piece + [byte], face, size: size) > limit {
                pieces.append(piece)
                piece = []
            }
            piece.append(byte)
        }
        return pieces + [piece]
    }
}
