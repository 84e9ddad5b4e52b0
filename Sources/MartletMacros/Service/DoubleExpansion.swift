/// What `@Service` writes: the test double, a closure per member.
extension ServiceDeclaration {
    var double: String {
        let initialiser = members.map { "\($0.name): \($0.closureType)? = nil" }.joined(separator: ",\n        ")
        return """
            \(access)struct \(type)Double: \(type) {
            \(members.map { "    \(access)var \($0.closureName): \($0.closureType)?" }.joined(separator: "\n"))
                \(access)init(
                    \(initialiser)
                ) {
            \(members.map { "        self.\($0.closureName) = \($0.name)" }.joined(separator: "\n"))
                }
            \(members.map(doubleMember).joined(separator: "\n"))
            }
            """
    }

    private func doubleMember(_ member: MemberDeclaration) -> String {
        """
            \(access)\(member.signature) {
                guard let \(member.closureName) else { throw ServiceError.notDoubled("\(name)", "\(member.name)", "\(member.closureName)") }
                return try await \(member.closureName)(\(member.parameters.map(\.name).joined(separator: ", ")))
            }
        """
    }
}

extension MemberDeclaration {
    /// The double's property: `onInvoice`.
    fileprivate var closureName: String { "on" + name.prefix(1).uppercased() + name.dropFirst() }

    fileprivate var closureType: String {
        "(@Sendable (\(parameters.map(\.type).joined(separator: ", "))) async throws -> \(output ?? "Void"))"
    }
}
