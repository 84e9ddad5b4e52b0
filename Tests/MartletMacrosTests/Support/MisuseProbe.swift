import CompilerProbe

/// Sources with misuses of macros, compiled together, and what the macros say of each.
///
/// The compiler may have more to say of a source that is wrong; only errors of macros are kept.
struct MisuseProbe {
    /// What the macros say of one source.
    struct Finding {
        /// The errors of macros.
        let messages: [String]
        /// The texts of their fix-its.
        let remedies: [String]
        /// The source after the first fix-it of the first error.
        let mended: String?
    }

    private var findings: [String: Finding] = [:]

    /// Compiles the sources, each in a file and a namespace of its own, after a file of what they may use.
    init(_ sources: [String], importing module: String, using declarations: String) async throws {
        let files = sources.enumerated().map { index, source in
            SourceFile("Misuse\(index).swift", Self.head(index, module) + source + Self.tail)
        }
        let compilation = try await CompilerProbe().compile(
            [SourceFile("Declarations.swift", "import \(module)\n" + declarations)] + files)
        for (index, source) in sources.enumerated() {
            findings[source] = Self.finding(
                files[index].text, compilation.errors(in: files[index].name), head: Self.head(index, module))
        }
    }

    /// What was said of one of the sources.
    func finding(_ source: String) -> Finding? { findings[source] }

    private static func head(_ index: Int, _ module: String) -> String {
        "import \(module)\nenum Misuse\(index) {\n"
    }

    private static let tail = "\n}\n"

    private static func finding(_ text: String, _ errors: [CompilerDiagnostic], head: String) -> Finding {
        let own = errors.filter { $0.macro != nil }
        let mended = own.first?.fixIts.first?.mend(text).dropFirst(head.count).dropLast(tail.count)
        return Finding(
            messages: own.map(\.ownMessage), remedies: own.flatMap(\.fixIts).map(\.message),
            mended: mended.map(String.init))
    }
}

extension CompilerDiagnostic {
    /// What the compiler adds to the message of a macro, ` (from macro 'Model')`; `nil` where the message is its own.
    fileprivate var macro: Substring? {
        message.firstRange(of: " (from macro '").map { message[$0.lowerBound...] }
    }

    /// The message as the macro wrote it.
    fileprivate var ownMessage: String { String(message.dropLast(macro?.count ?? 0)) }

    /// The notes that offer a change.
    fileprivate var fixIts: [CompilerDiagnostic] { notes.filter { !$0.edits.isEmpty } }
}
