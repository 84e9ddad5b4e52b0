import SwiftSyntax
import SwiftSyntaxBuilder
import SwiftSyntaxMacros

/// A path template as written in an attribute, checked.
struct PathTemplateSyntax {
    let text: String
    let parameters: [String]

    /// The path with its parameters' names removed; two endpoints of one shape collide.
    let shape: String

    /// Reads the template of an attribute; reports misuse and returns `nil` when there is any.
    init?(_ expression: ExprSyntax, in context: some MacroExpansionContext) {
        guard let text = expression.as(StringLiteralExprSyntax.self)?.plainText else {
            context.report(
                .pathNotLiteral, at: expression, fix: "Use the path \"/\"", replacing: expression,
                with: ExprSyntax(stringLiteral: "\"/\""))
            return nil
        }
        let segments = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
        let isRoot = text == "/"
        guard text.hasPrefix("/"), isRoot || segments.allSatisfy(Self.isSound) else {
            let mended = Self.mended(text)
            context.report(
                .pathShape(text), at: expression, fix: "Use the path \"\(mended)\"", replacing: expression,
                with: ExprSyntax(stringLiteral: "\"\(mended)\""))
            return nil
        }
        let parameters = segments.filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
        if let twice = parameters.first(where: { name in parameters.count(where: { $0 == name }) > 1 }) {
            var count = 1
            let mended = segments.map { segment in
                guard segment == "{\(twice)}" else { return "/\(segment)" }
                defer { count += 1 }
                return count == 1 ? "/\(segment)" : "/{\(twice)\(count)}"
            }.joined()
            context.report(
                .repeatedPathParameter(twice), at: expression, fix: "Use the path \"\(mended)\"",
                replacing: expression, with: ExprSyntax(stringLiteral: "\"\(mended)\""))
            return nil
        }
        self.text = text
        self.parameters = parameters
        shape = isRoot ? "/" : segments.map { $0.hasPrefix("{") ? "/{}" : "/\($0)" }.joined()
    }

    private static func isSound(_ segment: String) -> Bool {
        if segment.hasPrefix("{"), segment.hasSuffix("}") { return isName(segment.dropFirst().dropLast()) }
        return !segment.isEmpty && segment.allSatisfy { isNameCharacter($0) || "-.~".contains($0) }
            && ![".", ".."].contains(segment)
    }

    private static func isName(_ text: Substring) -> Bool {
        text.first.map { !$0.isNumber } == true && text.allSatisfy(isNameCharacter)
    }

    private static func isNameCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "_")
    }

    /// The nearest sound template: braces made whole, other characters left out.
    private static func mended(_ text: String) -> String {
        let segments = text.split(separator: "/").map { segment in
            let name = segment.filter { isNameCharacter($0) }
            let isParameter = segment.contains("{") || segment.contains("}") || segment.hasPrefix(":")
            return isParameter ? "/{\(name)}" : "/" + segment.filter { isNameCharacter($0) || "-.~".contains($0) }
        }
        return segments.isEmpty ? "/" : segments.joined()
    }
}

extension StringLiteralExprSyntax {
    /// The text of a literal without interpolation; `nil` for any other.
    var plainText: String? {
        guard segments.count == 1, case .stringSegment(let segment)? = segments.first else { return nil }
        return segment.content.text
    }
}
