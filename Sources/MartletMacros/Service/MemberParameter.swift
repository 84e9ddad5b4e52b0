import SwiftSyntax
import SwiftSyntaxBuilder
import SwiftSyntaxMacros

/// One parameter of a contract's function, and where in the request it travels.
struct MemberParameter {
    enum Place: Equatable {
        case path, query, optionalQuery, queryList, body
        /// Not over HTTP at all: the member is a task only.
        case keyword
    }

    /// The label at the call; `nil` for `_`.
    let label: String?
    let name: String
    let type: String
    let place: Place
    let syntax: FunctionParameterSyntax

    /// The parameter as declared: `_ body: DraftInvoice`.
    var declaration: String {
        label == name ? "\(name): \(type)" : "\(label ?? "_") \(name): \(type)"
    }

    /// The argument when the function is called with a value.
    func argument(_ value: String) -> String {
        label.map { "\($0): \(value)" } ?? value
    }

    private init(_ syntax: FunctionParameterSyntax, _ http: MemberDeclaration.HTTP?) {
        self.syntax = syntax
        name = (syntax.secondName ?? syntax.firstName).text
        label = syntax.firstName.text == "_" ? nil : syntax.firstName.text
        type = syntax.type.trimmedDescription
        if let http {
            if http.template.parameters.contains(name) {
                place = .path
            } else if label == nil || name == "body" || label == "body" {
                place = .body
            } else if syntax.type.is(OptionalTypeSyntax.self) || type.hasPrefix("Optional<") {
                place = .optionalQuery
            } else {
                place = syntax.type.is(ArrayTypeSyntax.self) || type.hasPrefix("Array<") ? .queryList : .query
            }
        } else {
            place = .keyword
        }
    }

    /// Reads all parameters of a function; reports misuse and returns `nil` when there is any.
    static func parameters(
        of function: FunctionDeclSyntax, _ http: MemberDeclaration.HTTP?, in context: some MacroExpansionContext
    ) -> [MemberParameter]? {
        let parameters = function.signature.parameterClause.parameters.map { MemberParameter($0, http) }
        let isPlain = parameters.map { $0.checkPlain(in: context) }.allSatisfy { $0 }
        guard isPlain, let http else { return isPlain ? parameters : nil }
        let isSound =
            checkPath(parameters, function, http, in: context) && checkBody(parameters, function, http, in: context)
        return isSound ? parameters : nil
    }

    private func checkPlain(in context: some MacroExpansionContext) -> Bool {
        let isInout = type.hasPrefix("inout ")
        guard isInout || syntax.ellipsis != nil else { return true }
        var new = syntax
        new.ellipsis = nil
        new.type = TypeSyntax(stringLiteral: isInout ? String(type.dropFirst(6)) : "[\(type)]")
        context.report(
            .notPlain(name), at: syntax, fix: "Make it '\(new.type.trimmedDescription)'", replacing: syntax, with: new)
        return false
    }

    private static func checkPath(
        _ parameters: [MemberParameter], _ function: FunctionDeclSyntax, _ http: MemberDeclaration.HTTP,
        in context: some MacroExpansionContext
    ) -> Bool {
        for name in http.template.parameters where !parameters.contains(where: { $0.name == name }) {
            var clause = function.signature.parameterClause
            let written =
                clause.parameters.map { $0.with(\.trailingComma, nil).trimmedDescription } + ["\(name): String"]
            clause.parameters = FunctionParameterListSyntax([
                FunctionParameterSyntax(stringLiteral: written.joined(separator: ", "))
            ])
            context.report(
                .pathWithoutArgument(name, function.name.text), at: http.pathSyntax, fix: "Add the parameter '\(name)'",
                replacing: function.signature.parameterClause, with: clause)
            return false
        }
        for parameter in parameters where parameter.place == .path {
            let type = parameter.syntax.type
            guard let scalar = type.as(OptionalTypeSyntax.self)?.wrappedType ?? type.as(ArrayTypeSyntax.self)?.element
            else { continue }
            context.report(
                .pathNotScalar(parameter.name, parameter.type), at: type,
                fix: "Make it '\(scalar.trimmedDescription)'", replacing: type, with: scalar)
            return false
        }
        return true
    }

    private static func checkBody(
        _ parameters: [MemberParameter], _ function: FunctionDeclSyntax, _ http: MemberDeclaration.HTTP,
        in context: some MacroExpansionContext
    ) -> Bool {
        let bodies = parameters.filter { $0.place == .body }
        if let body = bodies.first, !http.takesBody {
            var attributes = function.attributes
            for index in attributes.indices {
                guard var attribute = attributes[index].as(AttributeSyntax.self),
                    attribute.attributeName.trimmedDescription == http.method
                else { continue }
                attribute.attributeName = TypeSyntax(stringLiteral: "POST")
                attributes[index] = .attribute(attribute)
            }
            context.report(
                .bodyNotAllowed(body.name, http.method), at: body.syntax, fix: "Use '@POST'",
                replacing: function.attributes, with: attributes)
            return false
        }
        guard bodies.count > 1 else { return true }
        var new = bodies[1].syntax
        let name = bodies[1].name == "body" ? "content" : bodies[1].name
        new.firstName = .identifier(name)
        new.secondName = nil
        context.report(
            .twoBodies(bodies[0].name, bodies[1].name), at: bodies[1].syntax, fix: "Label it '\(name)'",
            replacing: bodies[1].syntax, with: new)
        return false
    }
}
