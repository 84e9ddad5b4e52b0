import SwiftDiagnostics
import SwiftSyntax

/// Finds what is wrong with the options of `@Task`, as far as they are written as literals.
enum TaskOptionCheck {
    static func diagnostics(_ attribute: AttributeSyntax, parameters: [String]) -> [Diagnostic] {
        var found: [Diagnostic] = []
        for argument in attribute.arguments?.as(LabeledExprListSyntax.self) ?? [] {
            let value = argument.expression
            switch argument.label?.text {
            case "limits", "unique":
                let names = KeyNames(viewMode: .sourceAccurate)
                names.walk(value)
                found += names.found.filter { !parameters.contains($0.name) }
                    .map { Misuse.unknownKey($0.name, parameters).diagnostic(at: $0.node) }
            case "shadow":
                for name in names(inBracesOf: value.literalText ?? "") where !parameters.contains(name) {
                    found.append(Misuse.unknownKey(name, parameters).diagnostic(at: value))
                }
            case "priority":
                guard let number = value.as(IntegerLiteralExprSyntax.self).flatMap({ Int($0.literal.text) }),
                    !(0...9).contains(number)
                else { continue }
                found.append(Misuse.priority(number).diagnostic(at: value))
            case "rateLimit":
                guard let text = value.literalText, !isRate(text) else { continue }
                found.append(Misuse.rate(text).diagnostic(at: value))
            case "queue":
                if value.literalText == "" { found.append(Misuse.emptyQueue.diagnostic(at: value)) }
            default: continue
            }
        }
        return found
    }

    private static func names(inBracesOf text: String) -> [String] {
        text.split(separator: "{", omittingEmptySubsequences: false).dropFirst().compactMap { part in
            part.firstIndex(of: "}").map { String(part[..<$0]) }
        }
    }

    private static func isRate(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let count = parts.first.flatMap({ Double($0) }), count > 0, count.isFinite else { return false }
        return parts.count == 1 || (parts.count == 2 && ["s", "m", "h"].contains(parts[1]))
    }
}

/// Collects the names after `per:` and `by:`.
private final class KeyNames: SyntaxVisitor {
    private(set) var found: [(name: String, node: ExprSyntax)] = []

    override func visit(_ call: FunctionCallExprSyntax) -> SyntaxVisitorContinueKind {
        var label: String?
        for argument in call.arguments {
            label = argument.label?.text ?? label
            guard label == "per" || label == "by", let name = argument.expression.literalText else { continue }
            found.append((name, argument.expression))
        }
        return .visitChildren
    }
}

extension ExprSyntax {
    /// The text of a string literal without interpolation.
    fileprivate var literalText: String? {
        guard let segments = self.as(StringLiteralExprSyntax.self)?.segments else { return nil }
        let texts = segments.compactMap { $0.as(StringSegmentSyntax.self)?.content.text }
        return texts.count == segments.count ? texts.joined() : nil
    }
}

extension Misuse {
    fileprivate static func unknownKey(_ name: String, _ parameters: [String]) -> Misuse {
        let known = parameters.isEmpty ? "none" : parameters.map { "'\($0)'" }.joined(separator: ", ")
        return Misuse(id: "task-unknown-key", message: "'\(name)' is no argument of this task; it has \(known)")
    }
    fileprivate static func priority(_ number: Int) -> Misuse {
        Misuse(id: "task-priority", message: "priority \(number) is out of range; use 0 (default) to 9 (first)")
    }
    fileprivate static func rate(_ text: String) -> Misuse {
        Misuse(id: "task-rate", message: "'\(text)' is no rate limit; write a number over 0 and /s, /m or /h")
    }
    fileprivate static let emptyQueue = Misuse(
        id: "task-empty-queue", message: "the queue has an empty name; leave it out for the default queue")
}
