import SwiftDiagnostics
import SwiftSyntax
import SwiftSyntaxBuilder

/// Every way in which `@Model` and the attributes of its properties can be misused, with its words and its remedy.
enum ModelMisuse {
    static let deleteRules = [".protect", ".cascade", ".setNull", ".doNothing"]

    static func notStruct(_ declaration: some DeclGroupSyntax, at attribute: AttributeSyntax) -> Diagnostic {
        let misuse = Misuse(
            id: "model.struct",
            message: "@Model needs a struct: a row is a value. Write 'struct' here, or remove @Model")
        if let type = declaration.as(ClassDeclSyntax.self) {
            let keyword = TokenSyntax.keyword(
                .struct, leadingTrivia: type.classKeyword.leadingTrivia,
                trailingTrivia: type.classKeyword.trailingTrivia)
            return misuse.diagnostic(
                at: type.classKeyword, replace: type.classKeyword, with: keyword, "change 'class' to 'struct'")
        }
        return misuse.diagnostic(at: attribute)
    }

    static func genericModel(_ clause: GenericParameterClauseSyntax) -> Diagnostic {
        Misuse(
            id: "model.generic",
            message: "@Model cannot make a table of a generic struct; write one struct for each table"
        ).diagnostic(at: clause)
    }

    static func tableName(_ attribute: AttributeSyntax, _ proposal: String) -> Diagnostic {
        let misuse = Misuse(
            id: "model.table",
            message: "@Model needs the table's name as a plain, non-empty literal: @Model(\"\(proposal)\")")
        let mended: AttributeSyntax = "@Model(\"\(raw: proposal)\")"
        let replacement = mended.with(\.trailingTrivia, attribute.trailingTrivia)
            .with(\.leadingTrivia, attribute.leadingTrivia)
        return misuse.diagnostic(at: attribute, replace: attribute, with: replacement, "name the table '\(proposal)'")
    }

    static func noKey(_ type: StructDeclSyntax) -> Diagnostic {
        let misuse = Misuse(
            id: "model.id", message: "'\(type.name.text)' has no primary key; add 'var id: Int' (or UUID or String)")
        let key = MemberBlockItemSyntax(decl: DeclSyntax("var id: Int").with(\.leadingTrivia, .newline + .spaces(4)))
        var members = type.memberBlock
        members.members = [key] + members.members
        return misuse.diagnostic(at: type.name, replace: type.memberBlock, with: members, "add 'var id: Int'")
    }

    static func constantKey(_ variable: VariableDeclSyntax) -> Diagnostic {
        let misuse = Misuse(
            id: "model.id.let", message: "'id' must be 'var': saving a new row sets the key the database assigned")
        let keyword = TokenSyntax.keyword(
            .var, leadingTrivia: variable.bindingSpecifier.leadingTrivia,
            trailingTrivia: variable.bindingSpecifier.trailingTrivia)
        return misuse.diagnostic(
            at: variable.bindingSpecifier, replace: variable.bindingSpecifier, with: keyword, "change 'let' to 'var'")
    }

    static func optionalKey(_ type: TypeSyntax) -> Diagnostic {
        Misuse(
            id: "model.id.optional",
            message: "the primary key cannot be optional; a whole number of 0 stands for a row not saved yet"
        ).diagnostic(at: type, retyped: type.unwrappedOptional.trimmedDescription)
    }

    static func constantWithDefault(_ name: String, _ variable: VariableDeclSyntax) -> Diagnostic {
        let misuse = Misuse(
            id: "model.let",
            message: "'\(name)' is a constant with a value, so no row could be read into it; write 'var'")
        let keyword = TokenSyntax.keyword(
            .var, leadingTrivia: variable.bindingSpecifier.leadingTrivia,
            trailingTrivia: variable.bindingSpecifier.trailingTrivia)
        return misuse.diagnostic(
            at: variable.bindingSpecifier, replace: variable.bindingSpecifier, with: keyword, "change 'let' to 'var'")
    }

    static func severalBindings(_ variable: VariableDeclSyntax) -> Diagnostic {
        Misuse(
            id: "model.bindings", message: "@Model needs one declaration for each property; split this one"
        ).diagnostic(at: variable)
    }

    static func missingType(
        _ name: String, _ binding: PatternBindingSyntax, _ pattern: IdentifierPatternSyntax
    ) -> Diagnostic {
        let misuse = Misuse(
            id: "model.type",
            message: "'\(name)' needs a written type: a macro sees only the source. "
                + "Write 'var \(name): \(binding.literalType ?? "Type")'")
        guard let type = binding.literalType else { return misuse.diagnostic(at: pattern) }
        var mended = binding
        mended.pattern = PatternSyntax(pattern.with(\.trailingTrivia, []))
        mended.typeAnnotation = TypeAnnotationSyntax(
            colon: .colonToken(trailingTrivia: .space), type: TypeSyntax("\(raw: type)"), trailingTrivia: .space)
        return misuse.diagnostic(at: pattern, replace: binding, with: mended, "add ': \(type)'")
    }

    static func foreignKeyType(_ name: String, _ type: TypeSyntax, _ attribute: String) -> Diagnostic {
        let wrapped = type.unwrappedOptional.trimmedDescription
        let reference = "Reference<\(wrapped)>" + (type.unwrappedOptional == type ? "" : "?")
        let misuse = Misuse(
            id: "foreignKey.type",
            message: "@\(attribute) needs the type Reference<Model>, or Reference<Model>? where there may be none; "
                + "'\(name)' is '\(type.trimmedDescription)'")
        return misuse.diagnostic(at: type, retyped: reference)
    }

    static func keyType(_ name: String, _ key: TypeSyntax, in type: TypeSyntax) -> Diagnostic {
        let model = key.trimmedDescription
        let reference = "Reference<\(model)>" + (type.unwrappedOptional == type ? "" : "?")
        let misuse = Misuse(
            id: "foreignKey.key",
            message: "KeyedReference needs a unique column of the other model, as KeyedReference<Author.NameKey>; "
                + "'\(name)' has '\(model)'. To refer to a primary key, write \(reference)")
        return misuse.diagnostic(at: type, retyped: reference)
    }

    /// Whether the macro can read if there is a constraint, and nothing is asked of one that is not there; what is wrong is
    /// reported.
    static func acceptsConstraint(_ attribute: AttributeSyntax, report: (Diagnostic) -> Void) -> Bool {
        guard let constraint = attribute.argument("dbConstraint") else { return true }
        let written = constraint.trimmedDescription
        guard ["true", "false"].contains(written) else {
            let misuse = Misuse(
                id: "foreignKey.dbConstraint",
                message: "dbConstraint needs 'true' or 'false' as it stands, since a macro sees only the source; "
                    + "it is '\(written)'")
            report(misuse.diagnostic(at: constraint, replace: constraint, with: ExprSyntax("true"), "use 'true'"))
            return false
        }
        guard written == "false", let rule = attribute.argument("onDelete") else { return true }
        let isNothing = rule.trimmedDescription.split(separator: ".").last == "doNothing"
        if isNothing { return true }
        let misuse = Misuse(
            id: "foreignKey.onDelete.dbConstraint",
            message: "onDelete: \(rule.trimmedDescription) is the database's to do, which knows nothing of a key with "
                + "dbConstraint: false; write .doNothing, or leave it out")
        report(misuse.diagnostic(at: rule, replace: rule, with: ExprSyntax(".doNothing"), "use '.doNothing'"))
        return false
    }

    /// Whether the deletion rule is one there is, and fits the column; what is wrong is reported.
    static func acceptsDelete(
        _ attribute: AttributeSyntax, isOptional: Bool, _ name: String, report: (Diagnostic) -> Void
    ) -> Bool {
        guard let rule = attribute.argument("onDelete") else { return true }
        let written = rule.trimmedDescription
        let short = written.split(separator: ".").last.map { ".\($0)" } ?? written
        if !deleteRules.contains(short) {
            let misuse = Misuse(
                id: "foreignKey.onDelete",
                message: "onDelete cannot be '\(written)'; choose one of \(deleteRules.joined(separator: ", "))")
            let protect = ExprSyntax(".protect")
            report(misuse.diagnostic(at: rule, replace: rule, with: protect, "use '.protect'"))
            return false
        }
        if short == ".setNull", !isOptional {
            let misuse = Misuse(
                id: "foreignKey.setNull",
                message: "onDelete: .setNull needs an optional, and '\(name)' is required; "
                    + "write Reference<…>?, or choose .protect or .cascade")
            report(misuse.diagnostic(at: rule, replace: rule, with: ExprSyntax(".protect"), "use '.protect'"))
            return false
        }
        return true
    }

    static func manyType(_ name: String, _ type: TypeSyntax, _ attribute: String) -> Diagnostic {
        let element = type.as(ArrayTypeSyntax.self)?.element.trimmed ?? type.unwrappedOptional
        let many = "Many<\(element.trimmedDescription)>"
        let misuse = Misuse(
            id: "many.type",
            message: "@\(attribute) needs the type Many<Model>; '\(name)' is '\(type.trimmedDescription)'")
        return misuse.diagnostic(at: type, retyped: many)
    }

    static func oneType(_ name: String, _ type: TypeSyntax) -> Diagnostic {
        let one = "One<\(type.unwrappedOptional.trimmedDescription)>"
        let misuse = Misuse(
            id: "one.type", message: "@HasOne needs the type One<Model>; '\(name)' is '\(type.trimmedDescription)'")
        return misuse.diagnostic(at: type, retyped: one)
    }

    static func inverseKeyPath(_ name: String, _ target: TypeSyntax, _ attribute: AttributeSyntax) -> Diagnostic {
        let word = "@\(attribute.attributeName.trimmedDescription)"
        let misuse = Misuse(
            id: "inverse.keyPath",
            message: "\(word) needs the foreign key that leads back, as a key path of one property: "
                + "\(word)(\\\(target.trimmedDescription).property)")
        return misuse.diagnostic(at: attribute)
    }

    static func manyToManyThrough(_ name: String, _ attribute: AttributeSyntax) -> Diagnostic {
        let misuse = Misuse(
            id: "manyToMany.through",
            message:
                "@ManyToMany needs the model between: @ManyToMany(through: Between.self), or its two foreign keys: "
                + "@ManyToMany(from: \\Between.one, to: \\Between.other), or nothing for a table of its own")
        return misuse.diagnostic(at: attribute)
    }

    static func referenceWithoutForeignKey(_ name: String, _ variable: VariableDeclSyntax) -> Diagnostic {
        let misuse = Misuse(
            id: "foreignKey.missing",
            message: "'\(name)' is a Reference and needs @ForeignKey, which says what happens when its row is deleted")
        return misuse.prepend("@ForeignKey", to: variable)
    }

    static func manyWithoutRelation(_ name: String, _ target: TypeSyntax, _ variable: VariableDeclSyntax) -> Diagnostic
    {
        let misuse = Misuse(
            id: "many.missing",
            message: "'\(name)' is a Many and needs @HasMany(\\\(target.trimmedDescription).property) "
                + "or @ManyToMany(through: Between.self)")
        return misuse.diagnostic(at: variable)
    }

    static func oneWithoutRelation(_ name: String, _ target: TypeSyntax, _ variable: VariableDeclSyntax) -> Diagnostic {
        let misuse = Misuse(
            id: "one.missing",
            message: "'\(name)' is a One and needs @HasOne(\\\(target.trimmedDescription).property)")
        return misuse.diagnostic(at: variable)
    }
}

extension Misuse {
    /// The diagnostic at a type, whose fix-it writes another type in its place.
    fileprivate func diagnostic(at type: TypeSyntax, retyped text: String) -> Diagnostic {
        var mended: TypeSyntax = "\(raw: text)"
        mended.leadingTrivia = type.leadingTrivia
        mended.trailingTrivia = type.trailingTrivia
        return diagnostic(at: type, replace: type, with: mended, "change the type to '\(text)'")
    }

    /// The diagnostic at a declaration, whose fix-it writes an attribute before it.
    fileprivate func prepend(_ attribute: String, to variable: VariableDeclSyntax) -> Diagnostic {
        var mended = variable.trimmed
        mended.attributes =
            [.attribute("\(raw: attribute) ")] + mended.attributes
        return diagnostic(
            at: variable, replace: variable,
            with: mended.with(\.leadingTrivia, variable.leadingTrivia).with(\.trailingTrivia, variable.trailingTrivia),
            "add '\(attribute)'")
    }
}

extension PatternBindingSyntax {
    /// The type that the initial value has by its form, when it is a literal.
    fileprivate var literalType: String? {
        guard let value = initializer?.value else { return nil }
        return switch value.kind {
        case .integerLiteralExpr: "Int"
        case .floatLiteralExpr: "Double"
        case .booleanLiteralExpr: "Bool"
        case .stringLiteralExpr: "String"
        default: nil
        }
    }
}
