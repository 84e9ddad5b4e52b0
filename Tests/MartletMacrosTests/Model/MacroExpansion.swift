import SwiftDiagnostics
import SwiftParser
import SwiftSyntax
import SwiftSyntaxBuilder
import SwiftSyntaxMacroExpansion
import SwiftSyntaxMacros

@testable import MartletMacros

/// Source expanded in the test's own process: the resulting source and what was reported.
struct MacroExpansion {
    let source: String
    let messages: [String]
    let fixIts: [String]

    /// The source without empty lines at its ends and spaces at the ends of lines.
    var trimmedSource: String {
        source.split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in String(line.reversed().drop { $0 == " " }.reversed()) }
            .joined(separator: "\n").trimmingPrefix { $0 == "\n" }.description
    }

    static let macros: [String: any Macro.Type] = [
        "Model": ModelMacro.self, "ForeignKey": ForeignKeyMacro.self, "HasMany": HasManyMacro.self,
        "ManyToMany": ManyToManyMacro.self, "Column": ColumnMacro.self, "Unique": ColumnMacro.self,
        "Index": ColumnMacro.self,
    ]

    init(of source: String) {
        let file = Parser.parse(source: source)
        let context = BasicMacroExpansionContext(
            sourceFiles: [file: .init(moduleName: "Test", fullFilePath: "Test.swift")])
        let specs = Self.macros.mapValues { MacroSpec(type: $0, conformances: ["Model", "Encodable"]) }
        let expanded = file.expand(
            macroSpecs: specs,
            contextGenerator: { BasicMacroExpansionContext(sharingWith: context, lexicalContext: $0.allMacroLexicalContexts()) },
            indentationWidth: .spaces(4))
        self.source = expanded.description
        messages = context.diagnostics.map(\.message)
        fixIts = context.diagnostics.flatMap(\.fixIts).map(\.message.message)
    }
}
