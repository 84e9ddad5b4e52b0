import SwiftDiagnostics
import SwiftSyntax
import SwiftSyntaxMacros

/// A misuse of `@Service` or of an attribute of its members.
///
/// All messages stand in this file.
struct ServiceDiagnostic: DiagnosticMessage, FixItMessage {
    let id: String
    let message: String

    var diagnosticID: MessageID { MessageID(domain: "Martlet.Service", id: id) }
    var fixItID: MessageID { diagnosticID }
    var severity: DiagnosticSeverity { .error }

    private init(_ id: String, _ message: String) {
        self.id = id
        self.message = message
    }

    static func notAProtocol(_ kind: String) -> Self {
        Self(
            "notAProtocol",
            "@Service goes on a protocol, and this is \(kind). Write the contract as a protocol and conform to it.")
    }

    static let name = Self(
        "name",
        "The name of a service is a string literal of lower-case letters, digits and '-', beginning with a letter.")

    static func notSendable(_ name: String) -> Self {
        Self("notSendable", "A contract crosses tasks and processes: '\(name)' must inherit from Sendable.")
    }

    static func notAFunction(_ what: String) -> Self {
        Self("notAFunction", "A contract has functions only; \(what) cannot be called over HTTP.")
    }

    static func overloaded(_ name: String) -> Self {
        Self(
            "overloaded",
            "Two members are named '\(name)'; endpoints and tasks are named after members, so each needs a name of its own."
        )
    }

    static func noAttribute(_ name: String) -> Self {
        Self("noAttribute", "'\(name)' needs @GET, @POST, @PUT, @PATCH, @DELETE or @Background: how is it reached?")
    }

    static func twoAttributes(_ first: String, _ second: String) -> Self {
        Self("twoAttributes", "One member, one endpoint: @\(first) is there already; @\(second) is too many.")
    }

    static func notAsyncThrows(_ name: String) -> Self {
        Self("notAsyncThrows", "'\(name)' may cross the network: it must be 'async throws'.")
    }

    static func generic(_ name: String) -> Self {
        Self("generic", "'\(name)' is generic; a contract needs to know the types it sends.")
    }

    static func notPlain(_ name: String) -> Self {
        Self("notPlain", "The parameter '\(name)' is inout or variadic; a contract sends plain values.")
    }

    static let pathNotLiteral = Self("pathNotLiteral", "The path is a string literal such as \"/invoices/{id}\".")

    static func pathShape(_ path: String) -> Self {
        Self(
            "pathShape",
            "'\(path)' is no path: it begins with '/', has no empty segments, and a parameter such as {id} fills a segment of its own."
        )
    }

    static func repeatedPathParameter(_ name: String) -> Self {
        Self("repeatedPathParameter", "The path names {\(name)} twice.")
    }

    static func pathWithoutArgument(_ name: String, _ member: String) -> Self {
        Self("pathWithoutArgument", "The path names {\(name)}, but '\(member)' has no parameter '\(name)'.")
    }

    static func pathNotScalar(_ name: String, _ type: String) -> Self {
        Self("pathNotScalar", "The path parameter '\(name)' is '\(type)'; a path always has exactly one value there.")
    }

    static func bodyNotAllowed(_ name: String, _ method: String) -> Self {
        Self(
            "bodyNotAllowed",
            "@\(method) has no body, and '\(name)' would be one. Use @POST, or give the parameter a label to send it in the query."
        )
    }

    static func twoBodies(_ first: String, _ second: String) -> Self {
        Self(
            "twoBodies",
            "'\(first)' is the body already; '\(second)' would be a second one. Give it a label to send it in the query."
        )
    }

    static func samePath(_ method: String, _ path: String, _ other: String) -> Self {
        Self("samePath", "'\(other)' is at \(method) \(path) already.")
    }

    static func outsideService(_ attribute: String) -> Self {
        Self("outsideService", "@\(attribute) goes on the functions of a protocol with @Service.")
    }

    static func fix(_ message: String) -> Self { Self("fix", message) }
}

extension MacroExpansionContext {
    /// Reports a misuse at a node, with an edit that mends it.
    func report(
        _ message: ServiceDiagnostic, at node: some SyntaxProtocol, fix: String, replacing old: some SyntaxProtocol,
        with new: some SyntaxProtocol
    ) {
        let edit = FixIt(
            message: ServiceDiagnostic.fix(fix), changes: [.replace(oldNode: Syntax(old), newNode: Syntax(new))])
        diagnose(Diagnostic(node: Syntax(node), message: message, fixIt: edit))
    }
}
