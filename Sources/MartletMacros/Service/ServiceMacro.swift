import SwiftSyntax
import SwiftSyntaxBuilder
import SwiftSyntaxMacros

/// `@Service`: reads a protocol, diagnoses, and writes contract, client, background factories and test double.
enum ServiceMacro: PeerMacro {
    static func expansion(
        of node: AttributeSyntax, providingPeersOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        guard let service = ServiceDeclaration(node, declaration, in: context) else { return [] }
        return [
            DeclSyntax(stringLiteral: service.contract), DeclSyntax(stringLiteral: service.client),
            DeclSyntax(stringLiteral: service.background), DeclSyntax(stringLiteral: service.double),
        ]
    }
}
