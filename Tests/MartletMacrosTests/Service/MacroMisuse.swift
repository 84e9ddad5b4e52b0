import SwiftDiagnostics
import SwiftParser
import SwiftSyntax
import SwiftSyntaxMacroExpansion
import SwiftSyntaxMacros

@testable import MartletMacros

/// What the macros say of a source, and what the source is after their first fix-it.
struct MacroMisuse {
    let messages: [String]
    let mended: String?

    init(_ source: String) {
        let file = Parser.parse(source: source)
        let context = BasicMacroExpansionContext(
            sourceFiles: [file: .init(moduleName: "Test", fullFilePath: "Test.swift")])
        var specs = ["Service": MacroSpec(type: ServiceMacro.self)]
        for name in ["GET", "POST", "PUT", "PATCH", "DELETE", "Background"] {
            specs[name] = MacroSpec(type: EndpointMacro.self)
        }
        _ = file.expand(
            macroSpecs: specs,
            contextGenerator: { BasicMacroExpansionContext(sharingWith: context, lexicalContext: $0.enclosing) },
            indentationWidth: .spaces(4))
        messages = context.diagnostics.map(\.message)
        var text = Array(source.utf8)
        let changes = context.diagnostics.first?.fixIts.first?.changes
        for case .replace(let old, let new) in changes ?? [] {
            let start = context.location(for: old.position, anchoredAt: old, fileName: "Test.swift").offset
            let end = context.location(for: old.endPosition, anchoredAt: old, fileName: "Test.swift").offset
            text.replaceSubrange(start..<end, with: Array(new.description.utf8))
        }
        mended = changes == nil ? nil : String(decoding: text, as: UTF8.self)
    }
}

extension Syntax {
    /// The protocols and types around this node, as the compiler gives them to a macro.
    fileprivate var enclosing: [Syntax] {
        sequence(first: self) { $0.parent }.dropFirst().filter {
            $0.is(ProtocolDeclSyntax.self) || $0.is(StructDeclSyntax.self) || $0.is(ExtensionDeclSyntax.self)
        }
    }
}
