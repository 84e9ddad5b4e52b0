import SwiftDiagnostics
import SwiftSyntax

/// The mistakes `@Tasks` and `@Task` tell of.
extension Misuse {
    static let tasksNeedStruct = Misuse(
        id: "tasks-need-struct",
        message: "@Tasks belongs on a struct or class; put the functions marked @Task into a struct")
    static let taskNeedsFunction = Misuse(
        id: "task-needs-function", message: "@Task belongs on a function; a task is code that a worker calls")
    static let emptyPrefix = Misuse(
        id: "tasks-empty-prefix",
        message: "@Tasks needs a prefix for the names of its tasks, such as @Tasks(\"billing\")")
    static let genericTask = Misuse(
        id: "task-generic", message: "a task cannot be generic: the worker has to know the types of its arguments")
    static let staticTask = Misuse(
        id: "task-static",
        message: "a task cannot be static: the static name is taken by its signature; remove 'static'")
    static let inoutParameter = Misuse(
        id: "task-inout", message: "a parameter of a task cannot be inout: arguments travel as values; remove 'inout'")
    static let variadicParameter = Misuse(
        id: "task-variadic", message: "a parameter of a task cannot be variadic; take an array")
    static func unmarkedSet(_ name: String) -> Misuse {
        Misuse(
            id: "task-outside-set",
            message: "'\(name)' is marked @Task, but the type around it is not marked @Tasks; mark it @Tasks(\"name\")")
    }
    static func overloaded(_ name: String) -> Misuse {
        Misuse(
            id: "task-overloaded",
            message: "two tasks are named '\(name)'; give one of them another function name")
    }
    static let noTasks = Misuse(
        id: "tasks-empty", message: "no function here is marked @Task; mark those that a worker is to run")
}

/// Finds what is wrong with a task, with a fix where there is one.
enum TaskCheck {
    static func diagnostics(_ function: FunctionDeclSyntax) -> [Diagnostic] {
        var found: [Diagnostic] = []
        if let generics = function.genericParameterClause {
            found.append(Misuse.genericTask.diagnostic(at: generics))
        }
        for modifier in function.modifiers where ["static", "class"].contains(modifier.name.text) {
            var fixed = function
            fixed.modifiers = function.modifiers.filter { $0.name.text != modifier.name.text }
            fixed.leadingTrivia = function.leadingTrivia
            found.append(
                Misuse.staticTask.diagnostic(
                    at: modifier, replace: function, with: fixed, "remove '\(modifier.name.text)'"))
        }
        for parameter in function.signature.parameterClause.parameters {
            found += diagnostics(parameter)
        }
        if let attribute = TaskFunction.attribute(of: function) {
            let names = TaskFunction(function, attribute: attribute).parameters.map(\.wireName)
            found += TaskOptionCheck.diagnostics(attribute, parameters: names)
        }
        return found
    }

    private static func diagnostics(_ parameter: FunctionParameterSyntax) -> [Diagnostic] {
        if let ellipsis = parameter.ellipsis {
            var fixed = parameter
            fixed.ellipsis = nil
            fixed.type = TypeSyntax(ArrayTypeSyntax(element: parameter.type.trimmed))
            return [
                Misuse.variadicParameter.diagnostic(
                    at: ellipsis, replace: parameter, with: fixed, "take '[\(parameter.type.trimmedDescription)]'")
            ]
        }
        guard let type = parameter.type.as(AttributedTypeSyntax.self),
            type.specifiers.contains(where: { $0.trimmedDescription == "inout" })
        else { return [] }
        return [
            Misuse.inoutParameter.diagnostic(
                at: type, replace: type, with: type.baseType, "remove 'inout'")
        ]
    }
}
