/// What `@Service` writes: the client, which turns a call into a request for a transport.
extension ServiceDeclaration {
    var client: String {
        """
        \(access)struct \(type)Client: \(type) {
            private let transport: any ServiceTransport
            \(access)init(_ transport: any ServiceTransport) { self.transport = transport }
        \(members.map(clientMember).joined(separator: "\n"))
        }
        """
    }

    private func clientMember(_ member: MemberDeclaration) -> String {
        guard member.http != nil else {
            return """
                    \(access)\(member.signature) {
                        throw ServiceError.backgroundOnly("\(name)", "\(member.name)")
                    }
                """
        }
        let settings = member.parameters.map { parameter in
            switch parameter.place {
            case .path: "contractRequest.set(path: \"\(parameter.name)\", \(parameter.name))"
            case .query: "contractRequest.add(query: \"\(parameter.name)\", \(parameter.name))"
            case .optionalQuery: "contractRequest.add(query: \"\(parameter.name)\", optional: \(parameter.name))"
            case .queryList: "contractRequest.add(query: \"\(parameter.name)\", list: \(parameter.name))"
            case .body, .keyword: "try contractRequest.set(body: \(parameter.name))"
            }
        }
        let variable = settings.isEmpty ? "let" : "var"
        let lines =
            ["\(variable) contractRequest = ContractRequest(\(type)Contract.Endpoints.\(member.name))"] + settings
            + ["return try await transport.call(contractRequest, \(type)Contract.problems)"]
        return """
                \(access)\(member.signature) {
            \(lines.map { "        \($0)" }.joined(separator: "\n"))
                }
            """
    }
}
