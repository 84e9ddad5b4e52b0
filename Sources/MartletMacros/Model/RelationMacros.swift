import SwiftDiagnostics
import SwiftSyntax
import SwiftSyntaxBuilder
import SwiftSyntaxMacros

/// `@ForeignKey` and `@OneToOne`: read by `@Model`; alone they check that there is one around them.
enum ForeignKeyMacro: PeerMacro {
    static func expansion(
        of node: AttributeSyntax, providingPeersOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        context.requireModel(around: node)
        return []
    }
}

/// `@Column`, `@Unique` and `@Index`: read by `@Model` in the same way.
enum ColumnMacro: PeerMacro {
    static func expansion(
        of node: AttributeSyntax, providingPeersOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        context.requireModel(around: node)
        return []
    }
}

/// `@HasMany`: takes the storage away; the rows are found by the parent's key.
enum HasManyMacro: AccessorMacro {
    static func expansion(
        of node: AttributeSyntax, providingAccessorsOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [AccessorDeclSyntax] {
        context.requireModel(around: node)
        return RelationAccessor.accessors(of: declaration)
    }
}

/// `@HasOne`: as `@HasMany`.
enum HasOneMacro: AccessorMacro {
    static func expansion(
        of node: AttributeSyntax, providingAccessorsOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [AccessorDeclSyntax] {
        context.requireModel(around: node)
        return RelationAccessor.accessors(of: declaration, as: "One")
    }
}

/// `@ManyToMany`: as `@HasMany`.
enum ManyToManyMacro: AccessorMacro {
    static func expansion(
        of node: AttributeSyntax, providingAccessorsOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [AccessorDeclSyntax] {
        context.requireModel(around: node)
        return RelationAccessor.accessors(of: declaration)
    }
}

/// The getter of a property that has no column.
enum RelationAccessor {
    static func accessors(of declaration: some DeclSyntaxProtocol, as type: String = "Many") -> [AccessorDeclSyntax] {
        guard let variable = declaration.as(VariableDeclSyntax.self),
            let property = ModelProperty(variable, report: { _ in })
        else {
            // The model reports what is wrong; this keeps the compiler from asking for storage as well.
            return ["get { fatalError() }"]
        }
        return ["get { \(raw: type)(\(raw: property.relationName).self, of: self) }"]
    }
}

extension MacroExpansionContext {
    /// Reports an attribute that stands in no model, where it would do nothing.
    fileprivate func requireModel(around node: AttributeSyntax) {
        let isInModel = lexicalContext.first?.asProtocol((any WithAttributesSyntax).self)?.attributes.contains { item in
            let name = item.as(AttributeSyntax.self)?.attributeName.trimmedDescription
            return name?.split(separator: ".").last == "Model"
        }
        guard isInModel != true else { return }
        let name = node.attributeName.trimmedDescription
        let misuse = Misuse(
            id: "property.model", message: "@\(name) works only in a struct with @Model(\"table\"); add @Model there")
        diagnose(misuse.diagnostic(at: node))
    }
}
