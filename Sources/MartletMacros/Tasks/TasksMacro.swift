import SwiftDiagnostics
import SwiftSyntax
import SwiftSyntaxBuilder
import SwiftSyntaxMacros

/// `@Tasks`: signatures as static members, and the definitions for the registry in an extension.
struct TasksMacro: MemberMacro, ExtensionMacro {
    static func expansion(
        of node: AttributeSyntax, providingMembersOf declaration: some DeclGroupSyntax,
        conformingTo protocols: [TypeSyntax], in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        guard let prefix = prefix(of: node, declaration, in: context) else { return [] }
        let tasks = tasks(of: declaration, in: context)
        if tasks.isEmpty, !hasMarkedFunctions(declaration) {
            context.diagnose(Misuse.noTasks.diagnostic(at: node))
        }
        let access = access(of: declaration)
        return tasks.flatMap { $0.members(prefix: prefix, access: access) }.map { "\(raw: $0)" }
    }

    static func expansion(
        of node: AttributeSyntax, attachedTo declaration: some DeclGroupSyntax,
        providingExtensionsOf type: some TypeSyntaxProtocol, conformingTo protocols: [TypeSyntax],
        in context: some MacroExpansionContext
    ) throws -> [ExtensionDeclSyntax] {
        guard isNominal(declaration), let prefix = literalPrefix(of: node) else { return [] }
        let definitions = marked(declaration).filter { TaskCheck.diagnostics($0.function).isEmpty }
            .map { $0.definition(prefix: prefix) }
        let list = definitions.isEmpty ? "[]" : "[\n\(definitions.joined(separator: ",\n")),\n]"
        let source: DeclSyntax = """
            extension \(type.trimmed): TaskSet {
                \(raw: access(of: declaration))var taskDefinitions: [TaskDefinition] {
                    \(raw: list)
                }
            }
            """
        return [source.as(ExtensionDeclSyntax.self)].compactMap(\.self)
    }

    /// The prefix as Swift source; what is wrong is told.
    private static func prefix(
        of node: AttributeSyntax, _ declaration: some DeclGroupSyntax, in context: some MacroExpansionContext
    ) -> String? {
        guard isNominal(declaration) else {
            context.diagnose(Misuse.tasksNeedStruct.diagnostic(at: node))
            return nil
        }
        guard let prefix = literalPrefix(of: node) else {
            context.diagnose(Misuse.emptyPrefix.diagnostic(at: node))
            return nil
        }
        return prefix
    }

    private static func isNominal(_ declaration: some DeclGroupSyntax) -> Bool {
        declaration.is(StructDeclSyntax.self) || declaration.is(ClassDeclSyntax.self)
    }

    private static func literalPrefix(of node: AttributeSyntax) -> String? {
        let argument = node.arguments?.as(LabeledExprListSyntax.self)?.first?.expression.trimmedDescription
        return argument == "\"\"" ? nil : argument
    }

    private static func tasks(
        of declaration: some DeclGroupSyntax, in context: some MacroExpansionContext
    ) -> [TaskFunction] {
        var names: Set<String> = []
        return marked(declaration).filter { task in
            let problems = TaskCheck.diagnostics(task.function)
            for problem in problems { context.diagnose(problem) }
            guard names.insert(task.name).inserted else {
                context.diagnose(Misuse.overloaded(task.name).diagnostic(at: task.function.name))
                return false
            }
            return problems.isEmpty
        }
    }

    private static func marked(_ declaration: some DeclGroupSyntax) -> [TaskFunction] {
        declaration.memberBlock.members.compactMap { member in
            guard let function = member.decl.as(FunctionDeclSyntax.self),
                let attribute = TaskFunction.attribute(of: function)
            else { return nil }
            return TaskFunction(function, attribute: attribute)
        }
    }

    private static func hasMarkedFunctions(_ declaration: some DeclGroupSyntax) -> Bool {
        !marked(declaration).isEmpty
    }

    /// `public ` or `package ` when the type is that; members are internal otherwise.
    private static func access(of declaration: some DeclGroupSyntax) -> String {
        let words = declaration.modifiers.map(\.name.text)
        return ["public", "package"].first(where: words.contains).map { "\($0) " } ?? ""
    }
}

/// `@Task`: marks a function for `@Tasks`, which does the work.
struct TaskMacro: PeerMacro {
    static func expansion(
        of node: AttributeSyntax, providingPeersOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        guard let function = declaration.as(FunctionDeclSyntax.self) else {
            context.diagnose(Misuse.taskNeedsFunction.diagnostic(at: node))
            return []
        }
        let isInSet = context.lexicalContext.contains { syntax in
            guard let group = syntax.asProtocol((any DeclGroupSyntax).self) else { return false }
            return group.attributes.contains { element in
                element.as(AttributeSyntax.self)?.attributeName.trimmedDescription.split(separator: ".").last == "Tasks"
            }
        }
        if !isInSet { context.diagnose(Misuse.unmarkedSet(function.name.text).diagnostic(at: node)) }
        return []
    }
}
