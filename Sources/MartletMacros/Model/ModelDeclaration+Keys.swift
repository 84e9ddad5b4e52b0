import SwiftSyntax
import SwiftSyntaxBuilder

extension ModelDeclaration {
    /// The type by which foreign keys of other models refer to a column.
    ///
    /// Of a column to which none can refer it is there all the same, to say why.
    func uniqueKey(_ property: ModelProperty) -> DeclSyntax? {
        guard case .column = property.kind, !property.isKey else { return nil }
        if let reason = property.reasonAgainstKey {
            // A name that the model itself uses stays its own.
            guard !typeNames.union(["ForeignKey"]).contains(property.keyName) else { return nil }
            return """
                @available(*, unavailable, message: \(literal: reason))
                \(raw: access)typealias \(raw: property.keyName) = MartletORM.PrimaryKey<\(raw: name)>
                """
        }
        let isRequired = property.type.unwrappedOptional == property.type
        return """
            \(raw: access)enum \(raw: property.keyName): MartletORM.\(raw: isRequired ? "RequiredKey" : "UniqueKey") {
                \(raw: access)static var column: String { "\(raw: property.columnName)" }
                \(raw: access)static func \(raw: isRequired ? "key" : "value")(of row: \(raw: name)) -> \(raw: property.typeText) { row.\(raw: property.name.escaped) }
            }
            """
    }
}

extension ModelProperty {
    /// Why no foreign key can refer to the column, if none can.
    fileprivate var reasonAgainstKey: String? {
        guard !isUnique else { return nil }
        return "no foreign key can refer to '\(name)', which may be the same in several rows; write '@Unique' before it"
    }
}
