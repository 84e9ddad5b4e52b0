import SwiftSyntax
import SwiftSyntaxBuilder

/// A function marked `@Task`: what its attribute and its signature say.
struct TaskFunction {
    /// One parameter that travels with the message.
    struct Parameter {
        let label: String?
        let name: String
        let type: String
        let defaultValue: String?

        /// The name it is bound by at the worker.
        var wireName: String { label ?? name }
        /// The parameter as written in the factory.
        var declaration: String {
            let names = label.map { $0 == name ? name : "\($0) \(name)" } ?? "_ \(name)"
            return "\(names): \(type)" + (defaultValue.map { " = \($0)" } ?? "")
        }
        var isOptional: Bool { defaultValue != nil || type.hasSuffix("?") || type.hasPrefix("Optional<") }
    }

    /// One argument of the call at the worker.
    enum Argument {
        case context(label: String?)
        case parameter(Int)
    }

    let function: FunctionDeclSyntax
    let name: String
    /// The task's name after the dot, as Swift source.
    let wireName: String
    /// The arguments of `TaskOptions(…)`.
    let options: String
    /// Whether an option speaks of arguments by their names.
    let namesArguments: Bool
    let parameters: [Parameter]
    let arguments: [Argument]
    /// The type it returns, or `nil`.
    let output: String?

    init(_ function: FunctionDeclSyntax, attribute: AttributeSyntax) {
        self.function = function
        name = function.name.text
        var wireName: String?
        var options: [String] = []
        for argument in attribute.arguments?.as(LabeledExprListSyntax.self) ?? [] {
            let value = argument.expression.trimmedDescription
            if argument.label?.text == "name" {
                wireName = value
            } else {
                options.append("\(argument.label?.text ?? ""): \(value)")
            }
        }
        self.wireName = wireName ?? "\"\(name.trimmingBackticks)\""
        namesArguments = options.contains { option in
            ["unique: ", "shadow: "].contains { option.hasPrefix($0) && option != $0 + "nil" }
        }
        self.options = options.joined(separator: ", ")
        var parameters: [Parameter] = []
        var arguments: [Argument] = []
        for parameter in function.signature.parameterClause.parameters {
            let first = parameter.firstName.text
            let label = first == "_" ? nil : first.trimmingBackticks
            let type = parameter.type.trimmedDescription
            if type == "TaskContext" || type.hasSuffix(".TaskContext") {
                arguments.append(.context(label: label))
            } else {
                arguments.append(.parameter(parameters.count))
                parameters.append(
                    Parameter(
                        label: label, name: (parameter.secondName ?? parameter.firstName).text.trimmingBackticks,
                        type: type, defaultValue: parameter.defaultValue?.value.trimmedDescription))
            }
        }
        self.parameters = parameters
        self.arguments = arguments
        let output = function.signature.returnClause?.type.trimmedDescription
        self.output = output == "Void" || output == "()" ? nil : output
    }

    /// The `@Task` attribute of a function, if it has one.
    static func attribute(of function: FunctionDeclSyntax) -> AttributeSyntax? {
        function.attributes.lazy.compactMap { $0.as(AttributeSyntax.self) }
            .first { $0.attributeName.trimmedDescription.split(separator: ".").last == "Task" }
    }
}

extension String {
    var trimmingBackticks: String { hasPrefix("`") ? String(dropFirst().dropLast()) : self }
}
