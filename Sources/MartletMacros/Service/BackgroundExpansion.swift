/// What `@Service` writes: factories of signatures for each `@Background` member.
extension ServiceDeclaration {
    var background: String {
        """
        \(access)enum \(type)Background {
        \(tasks.flatMap(factories).joined(separator: "\n"))
        }
        """
    }

    /// The whole signature, and the one without its first argument, which a chain or a chord fills in.
    private func factories(_ member: MemberDeclaration) -> [String] {
        let whole = factory(member, member.parameters, [], "Signature<\(member.output ?? "Void")>")
        guard let first = member.parameters.first else { return [whole] }
        let rest = Array(member.parameters.dropFirst())
        return [whole, factory(member, rest, [first], "PartialSignature<\(first.type), \(member.output ?? "Void")>")]
    }

    /// `positional` are the parameters that are bound by position, whose names only a task needs that is unique by them or
    /// shown with them.
    private func factory(
        _ member: MemberDeclaration, _ parameters: [MemberParameter], _ positional: [MemberParameter], _ result: String
    ) -> String {
        let declared = parameters.map(\.declaration).joined(separator: ", ")
        let keywords = parameters.map { "\"\($0.name)\": \($0.name)" }.joined(separator: ", ")
        let names = positional.map { "\"\($0.name)\"" }.joined(separator: ", ")
        let named = member.namesArguments && !positional.isEmpty ? ", parameters: [\(names)]" : ""
        return """
                \(access)static func \(member.name)(\(declared)) -> \(result) {
                    \(result)(
                        task: "\(name).\(member.name)", keywords: [\(keywords.isEmpty ? ":" : keywords)],
                        options: TaskOptions(\(member.options))\(named))
                }
            """
    }
}
