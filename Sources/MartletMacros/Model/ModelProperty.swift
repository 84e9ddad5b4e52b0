import SwiftSyntax

/// A property of a model, as far as its syntax tells.
struct ModelProperty {
    enum Kind {
        case column
        /// - Parameter key: The unique column that it refers to, `Author.NameKey`; `nil` for the primary key.
        case foreignKey(target: TypeSyntax, isOptional: Bool, key: TypeSyntax?)
        case hasOne(target: TypeSyntax, inverse: String)
        case hasMany(target: TypeSyntax, inverse: String)
        case manyToMany(target: TypeSyntax, link: ManyToManyLink)
    }

    /// How a many-to-many relation is found.
    enum ManyToManyLink {
        /// By a model between: what stands in `.through(…)`.
        case through(String)
        /// By two foreign keys of a model between.
        case keys(from: String, to: String)
        /// By a table that the relation makes for itself.
        case automatic
        /// By the relation of the other model, seen from this side.
        case inverse(String)
    }

    let name: String
    let type: TypeSyntax
    let kind: Kind
    let columnName: String
    let isUnique: Bool
    let isIndexed: Bool
    let onDelete: String
    /// Whether the database is told of the foreign key.
    let hasConstraint: Bool
    let defaultValue: ExprSyntax?

    /// Whether there is a column for it.
    var isStored: Bool {
        switch kind {
        case .column, .foreignKey: true
        case .hasOne, .hasMany, .manyToMany: false
        }
    }

    var isKey: Bool { name == "id" }

    /// The name of the relation's type in the model.
    var relationName: String { name.prefix(1).uppercased() + name.dropFirst() + "Relation" }

    /// The name of the type in the model by which foreign keys refer to its column.
    var keyName: String { name.prefix(1).uppercased() + name.dropFirst() + "Key" }

    var typeText: String { type.trimmedDescription }
}

extension String {
    /// `issuedOn` as `issued_on`, `clientID` as `client_id`.
    var snakeCase: String {
        var words = ""
        var previous: Character?
        for (index, character) in zip(indices, self) {
            let following = self[self.index(after: index)...].first
            let beginsWord =
                character.isUppercase
                && (previous.map { !$0.isUppercase && $0 != "_" } ?? false
                    || (previous?.isUppercase ?? false) && (following?.isLowercase ?? false))
            if beginsWord { words += "_" }
            words += character.lowercased()
            previous = character
        }
        return words
    }
}
