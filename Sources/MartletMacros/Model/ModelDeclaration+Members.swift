import SwiftSyntax
import SwiftSyntaxBuilder

// What the macro writes. One line for each column in each part; anything that needs no names of the model lives in
// MartletORM instead.

extension ModelDeclaration {
    var members: [DeclSyntax] {
        [rootType, keyType, columnsType, relationsType] + properties.compactMap(relationType)
            + columns.compactMap(uniqueKey) + [schema, decodingInitializer, initializer, values]
    }

    /// The compiler could infer it, but then fails to name `Invoice.With<…>` as the first use in a file.
    private var rootType: DeclSyntax { "\(raw: access)typealias Root = \(raw: name)" }

    private var keyType: DeclSyntax {
        "\(raw: access)typealias ID = \(raw: columns.first(where: \.isKey)?.typeText ?? "Int")"
    }

    private var columnsType: DeclSyntax {
        let lines = properties.map { property in
            let path = "joinPath.following(\(name).\(property.relationName).self)"
            return switch property.kind {
            case .column:
                "\(access)var \(property.name.escaped): Column<\(property.typeText)> "
                    + "{ Column(joinPath, \"\(property.columnName)\") }"
            case .foreignKey(let target, _, _), .hasOne(let target, _):
                "\(access)var \(property.name.escaped): \(target).Columns { \(target).Columns(joinPath: \(path)) }"
            case .hasMany, .manyToMany:
                "\(access)var \(property.name.escaped): ManyColumns<\(name).\(property.relationName)> "
                    + "{ ManyColumns(joinPath) }"
            }
        }
        return """
            \(raw: access)struct Columns: ModelColumns {
                \(raw: access)typealias Table = \(raw: name)
                \(raw: access)let joinPath: JoinPath
                \(raw: access)init(joinPath: JoinPath) { self.joinPath = joinPath }
                \(raw: lines.joined(separator: "\n    "))
            }
            """
    }

    private var relationsType: DeclSyntax {
        let lines = properties.filter(\.isRelation).map { property in
            "\(access)let \(property.name.escaped): \(name).\(property.relationName)"
        }
        guard !lines.isEmpty else { return "\(raw: access)struct Relations {}" }
        return """
            \(raw: access)struct Relations {
                \(raw: lines.joined(separator: "\n    "))
            }
            """
    }

    private func relationType(_ property: ModelProperty) -> DeclSyntax? {
        let (kind, target, value): (String, String, String)
        let lines: [String]
        switch property.kind {
        case .column: return nil
        case .foreignKey(let type, let isOptional, let key):
            kind = (isOptional ? "ToOptionalOne" : "ToOne") + (property.isUnique ? ", OneToOneRelation" : "")
            (target, value) = (type.trimmedDescription, type.trimmedDescription + (isOptional ? "?" : ""))
            let path = property.name.escaped + (isOptional ? "?" : "")
            lines =
                [
                    "typealias TargetKey = \(key?.trimmedDescription ?? "MartletORM.PrimaryKey<\(type.trimmedDescription)>")",
                    "typealias Key = TargetKey.Value",
                    "static var column: String { \"\(property.columnName)\" }",
                    "static func key(of row: Source) -> Key? { row.\(path).\(key == nil ? "id" : "key") }",
                ] + (property.hasConstraint ? [] : ["static var hasConstraint: Bool { false }"])
        case .hasOne(let type, let inverse):
            (kind, target, value) = ("ReverseOne", type.trimmedDescription, type.trimmedDescription + "?")
            lines = ["static var hop: JoinHop { .back(\(inverse).self) }"] + keyLines(inverse)
        case .hasMany(let type, let inverse):
            (kind, target, value) = ("ToMany", type.trimmedDescription, "[\(type.trimmedDescription)]")
            lines = ["static var link: RelationLink { .foreignKey(\(inverse).self) }"] + keyLines(inverse)
        case .manyToMany(let type, let link):
            (kind, target, value) = ("ToMany", type.trimmedDescription, "[\(type.trimmedDescription)]")
            lines =
                ["static var link: RelationLink { \(source(of: link, property)) }"]
                + (link.from.map(keyLines) ?? ["typealias Key = Source.ID"])
        }
        return """
            \(raw: access)struct \(raw: property.relationName): \(raw: kind) {
                \(raw: access)struct Name { \(raw: access)let \(raw: property.name.escaped): Marker }
                \(raw: access)typealias Source = \(raw: name)
                \(raw: access)typealias Target = \(raw: target)
                \(raw: access)typealias Value = \(raw: value)
                \(raw: access)static var name: String { "\(raw: property.name)" }
                \(raw: lines.map { access + $0 }.joined(separator: "\n    "))
            }
            """
    }

    /// The key of a row is what the foreign key refers to.
    private func keyLines(_ foreignKey: String) -> [String] {
        [
            "typealias Key = \(foreignKey).Key",
            "static func key(of row: Source) -> Key? { \(foreignKey).targetKey(of: row) }",
        ]
    }

    private func source(of link: ModelProperty.ManyToManyLink, _ property: ModelProperty) -> String {
        switch link {
        case .through(let arguments): ".through(\(arguments))"
        case .keys(let from, let to): ".through(\(from).self, \(to).self)"
        case .automatic: ".automatic(\"\(table)_\(property.columnName)\", from: Source.self, to: Target.self)"
        case .inverse(let relation): ".inverse(of: \(relation).self)"
        }
    }

    private var schema: DeclSyntax {
        let lines = columns.map { property in
            let flags = (property.isUnique ? ", unique: true" : "")
            return switch property.kind {
            case .foreignKey:
                ".foreignKey(\(property.relationName).self, onDelete: \(property.onDelete)\(flags))"
            case _ where property.isKey: ".primaryKey(\"\(property.columnName)\", \(property.typeText).self)"
            default:
                ".column(\"\(property.columnName)\", \(property.typeText).self\(flags)"
                    + (property.isIndexed ? ", indexed: true)" : ")")
            }
        }
        let between = properties.filter(\.hasOwnTable).map { "\($0.relationName).self" }
        let tables = between.isEmpty ? "" : ", between: [\(between.joined(separator: ", "))]"
        return """
            \(raw: access)static let schema = ModelSchema(table: \(literal: table), columns: [
                \(raw: lines.joined(separator: ",\n    "))
            ]\(raw: tables))
            """
    }

    private var decodingInitializer: DeclSyntax {
        """
        \(raw: access)init(from row: inout RowDecoder) throws {
            \(raw: columns.map { "self.\($0.name) = try row.next()" }.joined(separator: "\n    "))
        }
        """
    }

    private var initializer: DeclSyntax {
        let parameters = columns.map { property in
            "\(property.name.escaped): \(property.typeText)" + (property.initialValue.map { " = \($0)" } ?? "")
        }
        return """
            \(raw: access)init(\(raw: parameters.joined(separator: ", "))) {
                \(raw: columns.map { "self.\($0.name) = \($0.name.escaped)" }.joined(separator: "\n    "))
            }
            """
    }

    private var values: DeclSyntax {
        """
        \(raw: access)var columnValues: [SQLValue] {
            [\(raw: columns.map { "self.\($0.name).sqlValue" }.joined(separator: ", "))]
        }
        """
    }
}

extension ModelProperty.ManyToManyLink {
    /// The foreign key that refers to the model itself, where it is named.
    fileprivate var from: String? {
        if case .keys(let from, _) = self { from } else { nil }
    }
}

extension ModelProperty {
    var isRelation: Bool {
        if case .column = kind { false } else { true }
    }

    /// Whether there is a table for it alone.
    fileprivate var hasOwnTable: Bool {
        if case .manyToMany(_, .automatic) = kind { true } else { false }
    }

    /// The default of the initialiser's parameter.
    fileprivate var initialValue: String? {
        if let defaultValue { return defaultValue.trimmedDescription }
        if type.unwrappedOptional != type { return "nil" }
        guard isKey else { return nil }
        return switch typeText {
        case "Int", "Int64": "0"
        case "UUID": "UUID()"
        default: nil
        }
    }
}

extension String {
    /// The name in backticks where it is a word of the language.
    var escaped: String {
        let words: Set<String> = [
            "as", "break", "case", "catch", "class", "continue", "default", "defer", "do", "else", "enum", "extension",
            "fallthrough", "false", "for", "func", "guard", "if", "import", "in", "init", "inout", "internal", "is",
            "let", "nil", "operator", "private", "protocol", "public", "repeat", "rethrows", "return", "static",
            "struct", "subscript", "super", "switch", "throw", "throws", "true", "try", "typealias", "var", "where",
            "while",
        ]
        return words.contains(self) ? "`\(self)`" : self
    }
}
