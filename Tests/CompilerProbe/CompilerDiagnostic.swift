/// An error, a warning or a note of the compiler.
package struct CompilerDiagnostic: Sendable {
    package enum Severity: Sendable {
        case error, warning, note
    }

    /// A change of the source that the compiler offers.
    package struct Edit: Sendable {
        /// The bytes of the file that go.
        let range: Range<Int>
        let text: String
    }

    package let severity: Severity
    package let message: String
    /// The name of the file without its folder; empty where there is none.
    package let file: String
    /// Counted from 1.
    package let line: Int
    package let edits: [Edit]
    package let notes: [CompilerDiagnostic]

    /// The source of the whole file after the changes that are offered.
    package func mend(_ source: String) -> String {
        var bytes = Array(source.utf8)
        for edit in edits.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
            bytes.replaceSubrange(edit.range, with: Array(edit.text.utf8))
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension CompilerDiagnostic {
    /// The numbers of blocks and records that Clang gives them, and after it Swift.
    private enum Code {
        static let diagnosticBlock = 9
        static let diagnostic = 2, file = 6, edit = 7
    }

    /// Reads what `-serialize-diagnostics` wrote.
    static func read(_ bytes: [UInt8]) throws -> [CompilerDiagnostic] {
        let blocks = try Bitstream.read(bytes)
        var files: [Int: String] = [:]
        func collect(_ block: Bitstream.Block) {
            for record in block.records where record.code == Code.file {
                files[record.operands[0]] = record.text.split(separator: "/").last.map(String.init)
            }
            block.blocks.forEach(collect)
        }
        blocks.forEach(collect)
        return blocks.compactMap { CompilerDiagnostic($0, files) }
    }

    /// The diagnostic of a block; `nil` for a block of another kind.
    private init?(_ block: Bitstream.Block, _ files: [Int: String]) {
        // The operands: severity; file, line, column and offset of the place; category; flag; length of the text.
        guard block.id == Code.diagnosticBlock,
            let record = block.records.first(where: { $0.code == Code.diagnostic }), record.operands.count > 4
        else { return nil }
        severity =
            switch record.operands[0] {
            case 3, 4: .error
            case 2: .warning
            default: .note
            }
        message = record.text
        file = files[record.operands[1]] ?? ""
        line = record.operands[2]
        // The operands: file, line, column and offset of the start, and again of the end; length of the text.
        edits = block.records.filter { $0.code == Code.edit && $0.operands.count > 7 }.map { record in
            Edit(range: record.operands[3]..<record.operands[7], text: record.text)
        }
        notes = block.blocks.compactMap { CompilerDiagnostic($0, files) }
    }
}
