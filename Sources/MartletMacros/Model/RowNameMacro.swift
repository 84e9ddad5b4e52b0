import SwiftDiagnostics
import SwiftSyntax
import SwiftSyntaxBuilder
import SwiftSyntaxMacros

/// `@RowName`: makes a type the name of a value in rows; `BigLines` names `row.bigLines`.
enum RowNameMacro: MemberMacro, ExtensionMacro {
    static func expansion(
        of node: AttributeSyntax, providingMembersOf declaration: some DeclGroupSyntax,
        conformingTo protocols: [TypeSyntax], in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        guard let type = declaration.asProtocol((any NamedDeclSyntax).self)?.name.text.filter({ $0 != "`" }) else {
            return []
        }
        let visible = declaration.modifiers.first { ["public", "package"].contains($0.name.text) }
        let access = visible.map { "\($0.name.text) " } ?? ""
        let name = type.prefix(1).lowercased() + type.dropFirst()
        return [
            "\(raw: access)struct Name { \(raw: access)let \(raw: name.escaped): Marker }",
            "\(raw: access)static var name: String { \(literal: name) }",
        ]
    }

    static func expansion(
        of node: AttributeSyntax, attachedTo declaration: some DeclGroupSyntax,
        providingExtensionsOf type: some TypeSyntaxProtocol, conformingTo protocols: [TypeSyntax],
        in context: some MacroExpansionContext
    ) throws -> [ExtensionDeclSyntax] {
        guard !protocols.isEmpty else { return [] }
        return [try ExtensionDeclSyntax("extension \(type.trimmed): RowName {}")]
    }
}
