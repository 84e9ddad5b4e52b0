/// What one run of the compiler said.
package struct Compilation: Sendable {
    /// All that it printed.
    package let output: String
    /// Its errors and warnings, each with its notes.
    package let diagnostics: [CompilerDiagnostic]
    private let expansions: [String: String]

    init(output: String, diagnostics: [CompilerDiagnostic]) {
        self.output = output
        self.diagnostics = diagnostics
        expansions = Self.expansions(in: output)
    }

    /// The errors in the file with that name.
    package func errors(in file: String) -> [CompilerDiagnostic] {
        diagnostics.filter { $0.file == file && $0.severity == .error }
    }

    /// What a macro wrote in this role for a type at the top of a file, or for a member of such a struct; `nil` where
    /// none was expanded.
    package func expansion(_ role: MacroRole, on type: String, _ member: String? = nil) -> String? {
        // A whole name is `5Probe4LineV7invoice10ForeignKeyfMp_`. The macro's name is left out: where words come again,
        // the compiler writes the later ones shorter. A letter after a type says that a member follows.
        func mangled(_ name: String) -> String { "\(name.count)\(name)" }
        let declaration = "@__swiftmacro_5Probe" + mangled(type) + (member.map { "V" + mangled($0) } ?? "")
        return expansions.first { name, _ in
            name.hasPrefix(declaration) && name.hasSuffix("\(role.rawValue)_.swift")
                && (member != nil || name.dropFirst(declaration.count).first.map { "VCOP".contains($0) } == false)
        }?.value
    }

    /// The expansions that `-dump-macro-expansions` prints between two rules, by the names of their buffers.
    private static func expansions(in output: String) -> [String: String] {
        let rule = String(repeating: "-", count: 30)
        var found: [String: String] = [:]
        var lines = output.split(separator: "\n", omittingEmptySubsequences: false)[...]
        while let name = lines.popFirst() {
            guard name.hasPrefix("@__swiftmacro_"), lines.first.map(String.init) == rule else { continue }
            lines.removeFirst()
            let text = lines.prefix { $0 != rule }
            lines.removeFirst(min(text.count + 1, lines.count))
            found[String(name)] = text.joined(separator: "\n")
        }
        return found
    }
}
