/// The name of a worker, as Celery's `--hostname` gives it: `celery@host`.
///
/// It is in the worker's log, in the state `STARTED`, and in results that tell their worker. Give each worker of a
/// machine one of its own: `pdf1@%h`.
public struct NodeName: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// The name as it was given: may have `%h`, `%n`, `%d` and `%%` in it.
    public let template: String

    /// `celery@%h`, which is Celery's.
    public static let `default`: NodeName = "celery@%h"

    /// Takes a name, or a template of one.
    ///
    /// `%h` is the name of the machine, `%n` the part of that before the first dot, `%d` the part behind it, `%%` a percent
    /// sign. A name without `@` is a host's, as in Celery: `pdf` means `celery@pdf`.
    public init(_ template: String) { self.template = template }

    /// Takes a name, or a template of one.
    public init(stringLiteral template: String) { self.init(template) }

    /// The name on this machine; the template itself where that is wrong.
    public var description: String { (try? expanded(host: HostName.current)) ?? template }

    /// The name on a machine.
    ///
    /// - Throws: ``TaskError`` with code `misconfigured`, which says what is wrong with the template.
    func expanded(host: String) throws(TaskError) -> String {
        let dot = host.firstIndex(of: ".")
        let (name, domain) = (dot.map { host[..<$0] } ?? host[...], dot.map { host[$0...].dropFirst() } ?? "")
        var text = ""
        var rest = template[...]
        while let character = rest.popFirst() {
            guard character == "%" else {
                text.append(character)
                continue
            }
            switch rest.popFirst() {
            case "h": text += host
            case "n": text += name
            case "d": text += domain
            case "%": text += "%"
            case let other:
                throw TaskError(
                    .misconfigured,
                    "the node name '\(template)' has %\(other.map(String.init) ?? "") in it, which means nothing; use %h, "
                        + "%n, %d, or %% for a percent sign")
            }
        }
        return try Self.checked(text.utf8.contains(UInt8(ascii: "@")) ? text : "celery@" + text)
    }

    private static func checked(_ name: String) throws(TaskError) -> String {
        let parts = name.split(separator: "@", omittingEmptySubsequences: false)
        let isLegal = name.unicodeScalars.allSatisfy {
            // Nearly all names are ASCII, and the tables of Unicode are large.
            if $0.isASCII { return $0.value > 0x20 && $0.value != 0x7F }
            return !$0.properties.isWhitespace && $0.properties.generalCategory != .control
        }
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), isLegal, name.utf8.count <= 255 else {
            throw TaskError(
                .misconfigured,
                "'\(name)' is no name of a worker; use name@host, at most 255 bytes without spaces and control characters"
            )
        }
        return name
    }

    func validate() throws(TaskError) { _ = try expanded(host: HostName.current) }
}
