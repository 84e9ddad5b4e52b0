import SwiftSyntax

extension TaskFunction {
    /// The name of the constant that holds the task's options.
    private var optionsName: String { "\(name.trimmingBackticks)Options" }

    /// The members the struct gets for this task: options and the factories of its signatures.
    func members(prefix: String, access: String) -> [String] {
        var members = [
            "\(access)static let \(optionsName) = TaskOptions(\(options))",
            factory(
                type: "Signature<\(output ?? "Void")>", parameters: parameters,
                positional: parameters.filter { $0.label == nil }, prefix: prefix, access: access),
        ]
        if let first = parameters.first, first.defaultValue == nil {
            members.append(
                factory(
                    type: "PartialSignature<\(first.type), \(output ?? "Void")>",
                    parameters: Array(parameters.dropFirst()),
                    positional: [first] + parameters.dropFirst().filter { $0.label == nil }, prefix: prefix,
                    access: access))
        }
        return members
    }

    /// A static function that makes a signature; `positional` are the parameters its arguments are bound to by position,
    /// whose names only a task that is unique by them or shown with them needs.
    private func factory(
        type: String, parameters: [Parameter], positional names: [Parameter], prefix: String, access: String
    ) -> String {
        let declarations = parameters.map(\.declaration).joined(separator: ", ")
        var arguments = ["task: \(wireName(prefix))"]
        let positional = parameters.filter { $0.label == nil }.map(\.name)
        if !positional.isEmpty { arguments.append("arguments: [\(positional.joined(separator: ", "))]") }
        let keywords = parameters.compactMap { parameter in parameter.label.map { "\"\($0)\": \(parameter.name)" } }
        if !keywords.isEmpty { arguments.append("keywords: [\(keywords.joined(separator: ", "))]") }
        arguments.append("options: \(optionsName)")
        if namesArguments, !names.isEmpty {
            arguments.append("parameters: [\(names.map { "\"\($0.wireName)\"" }.joined(separator: ", "))]")
        }
        return """
            \(access)static func \(name)(\(declarations)) -> \(type) {
                \(type)(\(arguments.joined(separator: ", ")))
            }
            """
    }

    /// The definition the registry gets.
    func definition(prefix: String) -> String {
        let names = parameters.map { "TaskParameter(\"\($0.wireName)\", isOptional: \($0.isOptional))" }
        let call = arguments.map { argument in
            switch argument {
            case .context(let label): (label.map { "\($0): " } ?? "") + "context"
            case .parameter(let index): argumentOfCall(parameters[index], index)
            }
        }.joined(separator: ", ")
        let specifiers = function.signature.effectSpecifiers
        let effects =
            (specifiers?.throwsClause == nil ? "" : "try ") + (specifiers?.asyncSpecifier == nil ? "" : "await ")
        let run = "\(effects)self.\(name)(\(call))"
        let body = output == nil ? "\(run)\n    return .null" : "try JSONValue.encoding(\(run))"
        let ignored = (parameters.isEmpty ? "_" : "arguments") + ", " + (takesContext ? "context" : "_")
        return """
            TaskDefinition(\(wireName(prefix)), parameters: [\(names.joined(separator: ", "))], options: Self.\(optionsName)) { \(ignored) in
                \(body)
            }
            """
    }

    private var takesContext: Bool {
        arguments.contains { if case .context = $0 { true } else { false } }
    }

    private func argumentOfCall(_ parameter: Parameter, _ index: Int) -> String {
        let label = parameter.label.map { "\($0): " } ?? ""
        if let defaultValue = parameter.defaultValue {
            return "\(label)try arguments.optionalValue(\(index), as: \(parameter.type).self) ?? (\(defaultValue))"
        }
        return "\(label)try arguments.value(\(index), as: \(parameter.type).self)"
    }

    private func wireName(_ prefix: String) -> String {
        guard wireName.hasPrefix("\""), prefix.hasPrefix("\"") else { return "\(prefix) + \".\" + \(wireName)" }
        return "\(prefix.dropLast()).\(wireName.dropFirst())"
    }
}
