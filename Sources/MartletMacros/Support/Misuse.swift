import SwiftDiagnostics
import SwiftSyntax

/// A mistake in the use of a macro: what is wrong, and the change that mends it.
struct Misuse: DiagnosticMessage, Error {
    let id: String
    let message: String
    var severity: DiagnosticSeverity { .error }
    var diagnosticID: MessageID { MessageID(domain: "Martlet", id: id) }

    /// The diagnostic at a place, with a fix-it that replaces one node by another.
    func diagnostic(at node: some SyntaxProtocol, fixIt: FixIt? = nil) -> Diagnostic {
        Diagnostic(node: Syntax(node), message: self, fixIts: fixIt.map { [$0] } ?? [])
    }
}

/// What a fix-it offers to do.
struct Remedy: FixItMessage {
    let message: String
    let fixItID: MessageID

    init(_ misuse: Misuse, _ message: String) {
        self.message = message
        fixItID = misuse.diagnosticID
    }
}

extension Misuse {
    /// The diagnostic at a node, whose fix-it puts `replacement` in the place of `old`.
    func diagnostic(
        at node: some SyntaxProtocol, replace old: some SyntaxProtocol, with replacement: some SyntaxProtocol,
        _ remedy: String
    ) -> Diagnostic {
        let change = FixIt.Change.replace(oldNode: Syntax(old), newNode: Syntax(replacement))
        return diagnostic(at: node, fixIt: FixIt(message: Remedy(self, remedy), changes: [change]))
    }
}
