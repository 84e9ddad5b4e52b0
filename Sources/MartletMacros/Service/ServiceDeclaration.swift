import SwiftSyntax
import SwiftSyntaxBuilder
import SwiftSyntaxMacros

/// What `@Service` knows of a protocol once it has been read.
struct ServiceDeclaration {
    /// The protocol's access level with a space behind it, or nothing.
    let access: String
    /// The protocol's name: `Billing`.
    let type: String
    /// The wire name: `billing`.
    let name: String
    /// The source of the array of problem types.
    let problems: String
    let members: [MemberDeclaration]

    /// Reads a protocol; reports misuse and returns `nil` when there is any.
    init?(_ node: AttributeSyntax, _ declaration: some DeclSyntaxProtocol, in context: some MacroExpansionContext) {
        guard let syntax = declaration.as(ProtocolDeclSyntax.self) else {
            Self.reportNotAProtocol(node, declaration, in: context)
            return nil
        }
        type = syntax.name.text
        access = Self.access(syntax.modifiers)
        var isSound = Self.checkSendable(syntax, in: context)
        let arguments = node.arguments?.as(LabeledExprListSyntax.self)
        let wireName = Self.wireName(arguments, type, in: context)
        isSound = wireName != nil && isSound
        name = wireName ?? ""
        problems = arguments?.first { $0.label?.text == "errors" }?.expression.trimmedDescription ?? "[]"

        var members: [MemberDeclaration] = []
        for item in syntax.memberBlock.members {
            guard let member = MemberDeclaration(item, in: context) else {
                isSound = false
                continue
            }
            isSound = Self.checkUnique(member, among: members, in: context) && isSound
            members.append(member)
        }
        self.members = members
        guard isSound else { return nil }
    }

    private static func access(_ modifiers: DeclModifierListSyntax) -> String {
        for modifier in modifiers {
            switch modifier.name.tokenKind {
            case .keyword(.public), .keyword(.package), .keyword(.fileprivate): return modifier.name.text + " "
            case .keyword(.private): return "fileprivate "
            default: continue
            }
        }
        return ""
    }

    private static func reportNotAProtocol(
        _ node: AttributeSyntax, _ declaration: some DeclSyntaxProtocol, in context: some MacroExpansionContext
    ) {
        let kind =
            switch declaration.kind {
            case .structDecl: "a struct"
            case .classDecl: "a class"
            case .enumDecl: "an enum"
            case .actorDecl: "an actor"
            default: "something else"
            }
        guard let type = declaration.asProtocol((any WithAttributesSyntax).self) else { return }
        context.report(
            .notAProtocol(kind), at: node, fix: "Remove '@Service'", replacing: type,
            with: type.removing { $0.macroName == "Service" })
    }

    private static func checkSendable(_ syntax: ProtocolDeclSyntax, in context: some MacroExpansionContext) -> Bool {
        let inherited = syntax.inheritanceClause?.inheritedTypes.map(\.type.trimmedDescription) ?? []
        if inherited.contains(where: { ["Sendable", "Actor", "Swift.Sendable"].contains($0) }) { return true }
        var new = syntax
        let names = (inherited + ["Sendable"]).joined(separator: ", ")
        new.name = syntax.name.with(\.trailingTrivia, [])
        new.inheritanceClause = InheritanceClauseSyntax(
            colon: .colonToken(trailingTrivia: .space),
            inheritedTypes: [InheritedTypeSyntax(type: TypeSyntax(stringLiteral: names), trailingTrivia: .space)])
        context.report(
            .notSendable(syntax.name.text), at: syntax.name, fix: "Inherit from Sendable", replacing: syntax, with: new)
        return false
    }

    private static func wireName(
        _ arguments: LabeledExprListSyntax?, _ type: String, in context: some MacroExpansionContext
    ) -> String? {
        guard let expression = arguments?.first?.expression else { return nil }
        let text = expression.as(StringLiteralExprSyntax.self)?.plainText ?? ""
        let isSound =
            text.first.map { ("a"..."z").contains($0) } == true
            && text.allSatisfy { ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "-" }
        if isSound { return text }
        let suggestion = type.lowercased().filter { ("a"..."z").contains($0) || ("0"..."9").contains($0) }
        context.report(
            .name, at: expression, fix: "Name it \"\(suggestion)\"", replacing: expression,
            with: ExprSyntax(stringLiteral: "\"\(suggestion)\""))
        return nil
    }

    private static func checkUnique(
        _ member: MemberDeclaration, among others: [MemberDeclaration], in context: some MacroExpansionContext
    ) -> Bool {
        if others.contains(where: { $0.name == member.name }) {
            let first = member.parameters.first.map { $0.name.prefix(1).uppercased() + $0.name.dropFirst() } ?? "Again"
            let name = "\(member.name)By\(first)"
            context.report(
                .overloaded(member.name), at: member.syntax.name, fix: "Rename it to '\(name)'",
                replacing: member.syntax.name, with: TokenSyntax.identifier(name))
            return false
        }
        if let http = member.http,
            let other = others.first(where: {
                $0.http?.method == http.method && $0.http?.template.shape == http.template.shape
            })
        {
            context.report(
                .samePath(http.method, http.template.text, other.name), at: http.pathSyntax,
                fix: "Use the path '/\(member.name)\(http.template.text)'", replacing: http.pathSyntax,
                with: ExprSyntax(stringLiteral: "\"/\(member.name)\(http.template.text)\""))
            return false
        }
        return true
    }
}
