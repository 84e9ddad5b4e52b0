import SwiftDiagnostics
import SwiftSyntax

/// A struct under `@Model`, checked: its table, its properties and how visible it is.
struct ModelDeclaration {
    let name: String
    let table: String
    let access: String
    let properties: [ModelProperty]
    /// The names of the types declared in it.
    let typeNames: Set<String>

    var columns: [ModelProperty] { properties.filter(\.isStored) }

    /// Reads the declaration; `nil` after reporting what is wrong with it.
    init?(_ attribute: AttributeSyntax, _ declaration: some DeclGroupSyntax, report: (Diagnostic) -> Void) {
        guard let type = declaration.as(StructDeclSyntax.self) else {
            report(ModelMisuse.notStruct(declaration, at: attribute))
            return nil
        }
        if let generics = type.genericParameterClause {
            report(ModelMisuse.genericModel(generics))
            return nil
        }
        guard let table = attribute.firstStringLiteral, !table.isEmpty else {
            report(ModelMisuse.tableName(attribute, type.name.text.snakeCase))
            return nil
        }
        var isValid = true
        let properties = Self.properties(of: type) { diagnostic in
            isValid = false
            report(diagnostic)
        }
        if isValid, !properties.contains(where: \.isKey) {
            report(ModelMisuse.noKey(type))
            return nil
        }
        guard isValid else { return nil }
        name = type.name.text
        self.table = table
        self.properties = properties
        typeNames = Set(type.memberBlock.members.compactMap { $0.decl.typeName })
        let visible = type.modifiers.first { ["public", "package"].contains($0.name.text) }
        access = visible.map { "\($0.name.text) " } ?? ""
    }

    private static func properties(of type: StructDeclSyntax, report: (Diagnostic) -> Void) -> [ModelProperty] {
        type.memberBlock.members.compactMap { member in
            guard let variable = member.decl.as(VariableDeclSyntax.self) else { return nil }
            if variable.bindings.count > 1 {
                report(ModelMisuse.severalBindings(variable))
                return nil
            }
            guard let property = ModelProperty(variable, report: report) else { return nil }
            let isConstant = variable.bindingSpecifier.tokenKind == .keyword(.let)
            if property.isKey, isConstant { report(ModelMisuse.constantKey(variable)) }
            if property.isKey, property.type.unwrappedOptional != property.type {
                report(ModelMisuse.optionalKey(property.type))
            }
            if !property.isKey, isConstant, property.defaultValue != nil {
                report(ModelMisuse.constantWithDefault(property.name, variable))
            }
            return property
        }
    }
}

extension DeclSyntax {
    /// The name of the type that is declared, if one is.
    fileprivate var typeName: String? {
        if let group = asProtocol((any DeclGroupSyntax).self) {
            return group.asProtocol((any NamedDeclSyntax).self)?.name.text
        }
        return self.as(TypeAliasDeclSyntax.self)?.name.text
    }
}
