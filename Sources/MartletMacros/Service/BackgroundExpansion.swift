/// What `@Service` writes: a factory of signatures for each `@Background` member.
extension ServiceDeclaration {
    var background: String {
        """
        \(access)enum \(type)Background {
        \(tasks.map(factory).joined(separator: "\n"))
        }
        """
    }

    private func factory(_ member: MemberDeclaration) -> String {
        let parameters = member.parameters.map(\.declaration).joined(separator: ", ")
        let keywords = member.parameters.map { "\"\($0.name)\": \($0.name)" }.joined(separator: ", ")
        return """
                \(access)static func \(member.name)(\(parameters)) -> Signature<\(member.output ?? "Void")> {
                    Signature(
                        task: "\(name).\(member.name)", keywords: [\(keywords.isEmpty ? ":" : keywords)],
                        options: TaskOptions(\(member.options)))
                }
            """
    }
}
