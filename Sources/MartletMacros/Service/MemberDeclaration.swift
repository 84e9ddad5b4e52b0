import SwiftSyntax
import SwiftSyntaxBuilder
import SwiftSyntaxMacros

/// One function of a contract.
struct MemberDeclaration {
    /// The HTTP attribute of a member.
    struct HTTP {
        /// The method in capitals, as the attribute is named.
        let method: String
        let template: PathTemplateSyntax
        let pathSyntax: ExprSyntax
        /// The source of further arguments by label.
        let status: String?
        let bodyLimit: String?

        var takesBody: Bool { ["POST", "PUT", "PATCH"].contains(method) }
    }

    let name: String
    let http: HTTP?
    /// Whether the member is a task.
    let isBackground: Bool
    /// The source of the arguments of `@Background`, which are those of `TaskOptions`.
    let options: String
    /// Whether one of them speaks of arguments by their names.
    let namesArguments: Bool
    let parameters: [MemberParameter]
    /// The result type; `nil` when there is none.
    let output: String?
    let syntax: FunctionDeclSyntax

    private static let methods: Set<String> = ["GET", "POST", "PUT", "PATCH", "DELETE"]

    /// Reads a member; reports misuse and returns `nil` when there is any.
    init?(_ item: MemberBlockItemSyntax, in context: some MacroExpansionContext) {
        guard let function = item.decl.as(FunctionDeclSyntax.self) else {
            Self.reportNotAFunction(item, in: context)
            return nil
        }
        syntax = function
        name = function.name.text
        let returned = function.signature.returnClause?.type.trimmedDescription
        output = ["Void", "()", "Swift.Void"].contains(returned) ? nil : returned
        var isSound = Self.checkSignature(function, in: context)

        let attributes = function.attributes.compactMap { $0.as(AttributeSyntax.self) }
        let https = attributes.filter { Self.methods.contains($0.attributeName.trimmedDescription) }
        let background = attributes.first { $0.attributeName.trimmedDescription == "Background" }
        isSound = Self.checkAttributes(function, https, background, in: context) && isSound
        isBackground = background != nil
        options = background?.arguments?.trimmedDescription ?? ""
        namesArguments = ["unique", "shadow"].contains { label in
            background.flatMap { Self.argument(label, $0) }.map { $0 != "nil" } ?? false
        }

        var endpoint: HTTP?
        if let attribute = https.first {
            endpoint = Self.http(attribute, in: context)
            isSound = endpoint != nil && isSound
        }
        http = endpoint
        guard isSound, let parameters = MemberParameter.parameters(of: function, endpoint, in: context) else {
            return nil
        }
        self.parameters = parameters
    }

    private static func argument(_ label: String?, _ attribute: AttributeSyntax) -> String? {
        let arguments = attribute.arguments?.as(LabeledExprListSyntax.self)
        return arguments?.first { $0.label?.text == label }?.expression.trimmedDescription
    }

    private static func http(_ attribute: AttributeSyntax, in context: some MacroExpansionContext) -> HTTP? {
        guard let path = attribute.arguments?.as(LabeledExprListSyntax.self)?.first?.expression,
            let template = PathTemplateSyntax(path, in: context)
        else { return nil }
        return HTTP(
            method: attribute.attributeName.trimmedDescription, template: template, pathSyntax: path,
            status: argument("status", attribute), bodyLimit: argument("bodyLimit", attribute))
    }
}

/// What is checked of a member before its parameters are read.
extension MemberDeclaration {
    private static func reportNotAFunction(_ item: MemberBlockItemSyntax, in context: some MacroExpansionContext) {
        let what =
            switch item.decl.kind {
            case .variableDecl: "a property"
            case .initializerDecl: "an initialiser"
            case .subscriptDecl: "a subscript"
            case .associatedTypeDecl: "an associated type"
            default: "this"
            }
        guard let list = item.parent?.as(MemberBlockItemListSyntax.self) else { return }
        context.report(
            .notAFunction(what), at: item.decl, fix: "Remove it", replacing: list,
            with: list.filter { $0.id != item.id })
    }

    private static func checkSignature(_ function: FunctionDeclSyntax, in context: some MacroExpansionContext) -> Bool {
        let name = function.name.text
        if let generics = function.genericParameterClause {
            var new = function
            new.genericParameterClause = nil
            context.report(
                .generic(name), at: generics, fix: "Remove the generic parameters", replacing: function, with: new)
            return false
        }
        let effects = function.signature.effectSpecifiers
        guard effects?.asyncSpecifier == nil || effects?.throwsClause == nil else { return true }
        var new = function.signature
        let clause = effects?.throwsClause ?? ThrowsClauseSyntax(throwsSpecifier: .keyword(.throws))
        let hasResult = new.returnClause != nil
        new.parameterClause = new.parameterClause.with(\.trailingTrivia, .space)
        new.effectSpecifiers = FunctionEffectSpecifiersSyntax(
            asyncSpecifier: .keyword(.async, trailingTrivia: .space),
            throwsClause: clause.with(\.trailingTrivia, hasResult ? .space : []))
        context.report(
            .notAsyncThrows(name), at: function.name, fix: "Make it 'async throws'", replacing: function.signature,
            with: new)
        return false
    }

    private static func checkAttributes(
        _ function: FunctionDeclSyntax, _ https: [AttributeSyntax], _ background: AttributeSyntax?,
        in context: some MacroExpansionContext
    ) -> Bool {
        if https.isEmpty, background == nil {
            let name = function.name.text
            var new = function
            new.leadingTrivia = []
            let added = DeclSyntax(stringLiteral: "@GET(\"/\(name)\") \(new.description)")
                .with(\.leadingTrivia, function.leadingTrivia)
            context.report(
                .noAttribute(name), at: function.name, fix: "Add '@GET(\"/\(name)\")'", replacing: function, with: added
            )
            return false
        }
        if https.count > 1 {
            let first = https[0].attributeName.trimmedDescription
            let second = https[1].attributeName.trimmedDescription
            let rest = function.attributes.filter { $0.as(AttributeSyntax.self)?.id != https[1].id }
            context.report(
                .twoAttributes(first, second), at: https[1], fix: "Remove '@\(second)'", replacing: function.attributes,
                with: rest)
            return false
        }
        return true
    }
}
