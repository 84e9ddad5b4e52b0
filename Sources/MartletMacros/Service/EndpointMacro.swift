import SwiftSyntax
import SwiftSyntaxMacros

/// `@GET`, `@POST`, …, `@Background`: marks for `@Service`, which reads them; alone they write nothing.
enum EndpointMacro: PeerMacro {
    static func expansion(
        of node: AttributeSyntax, providingPeersOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        let isInContract = context.lexicalContext.contains { enclosing in
            guard let protocolSyntax = enclosing.as(ProtocolDeclSyntax.self) else { return false }
            return protocolSyntax.attributes.contains { $0.macroName == "Service" }
        }
        if !isInContract || !declaration.is(FunctionDeclSyntax.self) {
            let name = node.attributeName.trimmedDescription
            if let marked = declaration.asProtocol((any WithAttributesSyntax).self) {
                context.report(
                    .outsideService(name), at: node, fix: "Remove '@\(name)'", replacing: marked,
                    with: marked.removing { $0.macroName == name })
            }
        }
        return []
    }
}

extension AttributeListSyntax.Element {
    /// The attribute's name without module: `GET`.
    var macroName: String? {
        guard case .attribute(let attribute) = self else { return nil }
        let name = attribute.attributeName.trimmedDescription
        return name.split(separator: ".").last.map(String.init)
    }
}

extension WithAttributesSyntax {
    /// The declaration without some of its attributes, and with the lines and comments before it.
    func removing(_ isUnwanted: (AttributeListSyntax.Element) -> Bool) -> Self {
        var rest = self
        rest.attributes = attributes.filter { !isUnwanted($0) }
        rest.leadingTrivia = leadingTrivia
        return rest
    }
}
