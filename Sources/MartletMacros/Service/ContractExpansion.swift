/// What `@Service` writes: the contract, an enum that connects callers and an implementation.
extension ServiceDeclaration {
    var contract: String {
        """
        \(access)enum \(type)Contract: ServiceContract {
            \(access)static let name = "\(name)"
            \(access)static var problems: [any ServiceProblem.Type] { \(problems) }
            \(access)static var endpoints: [Endpoint] { [\(reachable.map { "Endpoints.\($0.name)" }.joined(separator: ", "))] }
            \(access)static func client(_ transport: any ServiceTransport) -> any \(type) { \(type)Client(transport) }
            \(access)static func inProcess(_ service: @escaping @Sendable () throws -> any \(type)) -> any \(type) {
                Stub(call: InProcessCall(problems, service))
            }
            \(access)static func routes(_ service: any \(type)) -> [ContractRoute] {
                [
        \(reachable.map(route).joined(separator: "\n"))
                ]
            }
            \(access)static func register(_ service: any \(type), in registry: inout TaskRegistry) {
        \(tasks.map(registration).joined(separator: "\n"))
            }
            \(access)enum Endpoints {
        \(members.map(endpoint).joined(separator: "\n"))
            }
            private struct Stub: \(type) {
                let call: InProcessCall<any \(type)>
        \(members.map(stub).joined(separator: "\n"))
            }
        }
        """
    }

    /// The members with an HTTP attribute.
    private var reachable: [MemberDeclaration] { members.filter { $0.http != nil } }

    /// The members that are tasks.
    var tasks: [MemberDeclaration] { members.filter(\.isBackground) }

    private func endpoint(_ member: MemberDeclaration) -> String {
        let status = member.http?.status ?? (member.output == nil ? "204" : "200")
        let limit = member.http?.bodyLimit.map { ", bodyLimit: \($0)" } ?? ""
        let method = member.http?.method.lowercased() ?? "post"
        let path = member.http?.template.text ?? "/background/\(member.name)"
        return """
                    \(access)static let \(member.name) = Endpoint("\(name)", "\(member.name)", .\(method), "\(path)", status: \(status)\(limit))
            """
    }

    private func route(_ member: MemberDeclaration) -> String {
        let arguments = member.parameters.map { parameter in
            switch parameter.place {
            case .path: parameter.argument("request.path(\"\(parameter.name)\")")
            case .query: parameter.argument("request.query(\"\(parameter.name)\")")
            case .optionalQuery: parameter.argument("request.optionalQuery(\"\(parameter.name)\")")
            case .queryList: parameter.argument("request.queryList(\"\(parameter.name)\")")
            case .body, .keyword: parameter.argument("request.body()")
            }
        }
        return """
                        ContractRoute(Endpoints.\(member.name)) { request in
                            try await request.respond(with: service.\(member.name)(\(arguments.joined(separator: ", "))))
                        },
            """
    }

    private func stub(_ member: MemberDeclaration) -> String {
        let arguments = member.parameters.map { $0.argument($0.name) }.joined(separator: ", ")
        let body =
            member.http == nil
            ? "throw ServiceError.backgroundOnly(\"\(name)\", \"\(member.name)\")"
            : "try await call(Endpoints.\(member.name)) { try await $0.\(member.name)(\(arguments)) }"
        return """
                    \(member.signature) {
                        \(body)
                    }
            """
    }

    private func registration(_ member: MemberDeclaration) -> String {
        let parameters = member.parameters.map { "\($0.name): \($0.type)" }.joined(separator: ", ")
        let arguments = member.parameters.map { $0.argument($0.name) }.joined(separator: ", ")
        let names = member.parameters.map { "\"\($0.name)\"" }.joined(separator: ", ")
        return """
                    registry.register(
                        "\(name).\(member.name)", options: TaskOptions(\(member.options)), parameters: [\(names)]
                    ) { (\(parameters)) in
                        try await service.\(member.name)(\(arguments))
                    }
            """
    }
}

extension MemberDeclaration {
    /// The function's declaration without attributes and body.
    var signature: String {
        let parameters = parameters.map(\.declaration).joined(separator: ", ")
        return "func \(name)(\(parameters)) async throws\(output.map { " -> \($0)" } ?? "")"
    }
}
