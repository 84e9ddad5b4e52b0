import SwiftDiagnostics
import SwiftSyntax

extension ModelProperty {
    /// The property that a declaration in a model stands for; `nil` when it is none of the table's, such as a computed
    /// or static one, or when it is misused, which is reported.
    init?(_ variable: VariableDeclSyntax, report: (Diagnostic) -> Void) {
        guard !variable.modifiers.contains(where: { ["static", "lazy"].contains($0.name.text) }),
            let binding = variable.bindings.first,
            let pattern = binding.pattern.as(IdentifierPatternSyntax.self)
        else { return nil }
        let derived = ["HasOne", "HasMany", "ManyToMany"].contains { variable.attribute($0) != nil }
        guard derived || binding.isStored else { return nil }
        let name = pattern.identifier.text.filter { $0 != "`" }
        // Left in the tree: what is said of it is said at its place.
        guard let type = binding.typeAnnotation?.type else {
            report(ModelMisuse.missingType(name, binding, pattern))
            return nil
        }
        guard let kind = Kind(variable, name, type, report: report) else { return nil }
        var columnName = name.snakeCase
        if case .foreignKey = kind { columnName += "_id" }
        self.name = name
        self.type = type
        self.kind = kind
        self.columnName = variable.attribute("Column")?.firstStringLiteral ?? columnName
        isUnique = variable.attribute("Unique") != nil || variable.attribute("OneToOne") != nil
        isIndexed = variable.attribute("Index") != nil
        let key = variable.attribute("ForeignKey") ?? variable.attribute("OneToOne")
        onDelete = key?.argument("onDelete")?.trimmedDescription ?? ".protect"
        hasConstraint = key?.argument("dbConstraint")?.trimmedDescription != "false"
        defaultValue = binding.initializer?.value.trimmed
    }
}

extension ModelProperty.Kind {
    fileprivate init?(
        _ variable: VariableDeclSyntax, _ name: String, _ type: TypeSyntax, report: (Diagnostic) -> Void
    ) {
        let wrapped = type.unwrappedOptional
        let key = wrapped.argument(of: "KeyedReference")
        let reference = wrapped.argument(of: "Reference")
        let many = type.argument(of: "Many")
        if let attribute = variable.attribute("ForeignKey") ?? variable.attribute("OneToOne") {
            guard let target = reference ?? key?.modelOfKey else {
                report(
                    key.map { ModelMisuse.keyType(name, $0, in: type) }
                        ?? ModelMisuse.foreignKeyType(name, type, attribute.attributeName.trimmedDescription))
                return nil
            }
            guard ModelMisuse.acceptsConstraint(attribute, report: report),
                ModelMisuse.acceptsDelete(attribute, isOptional: wrapped != type, name, report: report)
            else {
                return nil
            }
            self = .foreignKey(target: target, isOptional: wrapped != type, key: key)
        } else if let attribute = variable.attribute("HasOne") {
            guard let target = type.argument(of: "One") else {
                report(ModelMisuse.oneType(name, type))
                return nil
            }
            guard let inverse = attribute.unlabelledKeyPath else {
                report(ModelMisuse.inverseKeyPath(name, target, attribute))
                return nil
            }
            self = .hasOne(target: target, inverse: inverse.relationType(default: target))
        } else if let attribute = variable.attribute("HasMany") {
            guard let target = many else {
                report(ModelMisuse.manyType(name, type, "HasMany"))
                return nil
            }
            guard let inverse = attribute.unlabelledKeyPath else {
                report(ModelMisuse.inverseKeyPath(name, target, attribute))
                return nil
            }
            self = .hasMany(target: target, inverse: inverse.relationType(default: target))
        } else if let attribute = variable.attribute("ManyToMany") {
            guard let target = many else {
                report(ModelMisuse.manyType(name, type, "ManyToMany"))
                return nil
            }
            guard let link = attribute.manyToManyLink(to: target) else {
                report(ModelMisuse.manyToManyThrough(name, attribute))
                return nil
            }
            self = .manyToMany(target: target, link: link)
        } else if reference != nil || key != nil {
            report(ModelMisuse.referenceWithoutForeignKey(name, variable))
            return nil
        } else if let target = many {
            report(ModelMisuse.manyWithoutRelation(name, target, variable))
            return nil
        } else if let target = type.argument(of: "One") {
            report(ModelMisuse.oneWithoutRelation(name, target, variable))
            return nil
        } else {
            self = .column
        }
    }
}

extension PatternBindingSyntax {
    /// Whether the binding has storage: no accessors, or observers only.
    var isStored: Bool {
        guard let accessors = accessorBlock?.accessors else { return true }
        guard case .accessors(let list) = accessors else { return false }
        return list.allSatisfy { ["willSet", "didSet"].contains($0.accessorSpecifier.text) }
    }
}

extension AttributeSyntax {
    fileprivate var list: LabeledExprListSyntax? { arguments?.as(LabeledExprListSyntax.self) }

    /// The expression of the argument with that label.
    func argument(_ label: String) -> ExprSyntax? {
        list?.first { $0.label?.text == label }?.expression
    }

    /// The text of the first argument, when it is a plain literal.
    var firstStringLiteral: String? {
        guard let segments = list?.first?.expression.as(StringLiteralExprSyntax.self)?.segments, segments.count == 1,
            case .stringSegment(let segment)? = segments.first
        else { return nil }
        return segment.content.text
    }

    /// The first argument, when it is a key path with one property.
    var unlabelledKeyPath: KeyPathExprSyntax? {
        list?.first { $0.label == nil }?.expression.as(KeyPathExprSyntax.self)?.ofOneProperty
    }

    /// How the relation says its rows are found; `nil` when that is no form there is.
    fileprivate func manyToManyLink(to target: TypeSyntax) -> ModelProperty.ManyToManyLink? {
        guard let list, !list.isEmpty else { return .automatic }
        if let between = argument("through")?.as(MemberAccessExprSyntax.self), let base = between.base,
            between.declName.baseName.text == "self"
        {
            return .through("\(base.trimmedDescription).self, from: Source.self, to: \(target.trimmedDescription).self")
        }
        if let inverse = argument("inverse")?.as(KeyPathExprSyntax.self)?.ofOneProperty {
            return .inverse(inverse.relationType(default: target))
        }
        guard let from = argument("from")?.as(KeyPathExprSyntax.self)?.ofOneProperty,
            let to = argument("to")?.as(KeyPathExprSyntax.self)?.ofOneProperty, from.root != nil, to.root != nil
        else { return nil }
        return .keys(from: from.relationType(default: target), to: to.relationType(default: target))
    }
}

extension KeyPathExprSyntax {
    /// The key path itself when it has exactly one property, `\Line.invoice`.
    fileprivate var ofOneProperty: KeyPathExprSyntax? {
        components.count == 1 && components.first?.component.is(KeyPathPropertyComponentSyntax.self) == true
            ? self : nil
    }

    /// The relation's type that belongs to the property: `Line.InvoiceRelation`.
    fileprivate func relationType(default target: TypeSyntax) -> String {
        let property = components.first?.component.as(KeyPathPropertyComponentSyntax.self)?.declName.baseName.text ?? ""
        let root = root?.trimmedDescription ?? target.trimmedDescription
        return "\(root).\(property.prefix(1).uppercased() + property.dropFirst())Relation"
    }
}

extension VariableDeclSyntax {
    /// The attribute with that name, if the declaration has it.
    func attribute(_ name: String) -> AttributeSyntax? {
        attributes.lazy.compactMap { $0.as(AttributeSyntax.self) }.first { attribute in
            attribute.attributeName.trimmedDescription.split(separator: ".").last.map(String.init) == name
        }
    }
}

extension TypeSyntax {
    /// The model whose column the type stands for: `Author` for `Author.NameKey`.
    fileprivate var modelOfKey: TypeSyntax? {
        guard let member = self.as(MemberTypeSyntax.self), member.name.text.hasSuffix("Key") else { return nil }
        return member.baseType.trimmed
    }

    /// The type within an optional; the type itself when it is none.
    var unwrappedOptional: TypeSyntax {
        if let optional = self.as(OptionalTypeSyntax.self) { return optional.wrappedType.trimmed }
        return argument(of: "Optional") ?? self
    }

    /// The only generic argument, when the type is that generic one.
    func argument(of name: String) -> TypeSyntax? {
        let (own, clause): (String, GenericArgumentClauseSyntax?)
        if let identifier = self.as(IdentifierTypeSyntax.self) {
            (own, clause) = (identifier.name.text, identifier.genericArgumentClause)
        } else if let member = self.as(MemberTypeSyntax.self) {
            (own, clause) = (member.name.text, member.genericArgumentClause)
        } else {
            return nil
        }
        guard own == name, let arguments = clause?.arguments, arguments.count == 1 else { return nil }
        guard case .type(let type)? = arguments.first?.argument else { return nil }
        return type.trimmed
    }
}
