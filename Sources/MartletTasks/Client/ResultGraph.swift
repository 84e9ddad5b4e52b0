/// A task and what came of it, as a graph; ``AsyncResult/graph(limit:)`` makes it.
public struct ResultGraph: Sendable, Hashable, CustomStringConvertible {
    /// From one task to another that it has sent, or that followed it.
    public struct Edge: Sendable, Hashable {
        /// The id of the first.
        public var from: String
        /// The id of the one after it.
        public var to: String
    }

    /// The tasks, those nearer to the beginning first.
    public let nodes: [ResultNode]
    /// Whether there were no more of them than were asked for.
    public let isComplete: Bool

    init(nodes: [ResultNode], isComplete: Bool) {
        self.nodes = nodes
        self.isComplete = isComplete
    }

    /// What leads from task to task, in the order of the tasks.
    public var edges: [Edge] {
        let ids = Set(nodes.map(\.id))
        return nodes.flatMap { node in
            node.children.filter(ids.contains).map { Edge(from: node.id, to: $0) }
        }
    }

    /// The tasks that nothing came of.
    public var leaves: [ResultNode] { nodes.filter(\.children.isEmpty) }

    /// The graph in the language of Graphviz, with name and state of each task (Celery's `to_dot`).
    public var dot: String {
        var lines = ["digraph {"]
        for node in nodes {
            let label = [node.stored?.name, node.id, node.state.rawValue].compactMap(\.self).joined(separator: "\n")
            lines.append("    \(Self.quoted(node.id)) [label=\(Self.quoted(label))];")
        }
        for edge in edges { lines.append("    \(Self.quoted(edge.from)) -> \(Self.quoted(edge.to));") }
        lines.append("}")
        return lines.joined(separator: "\n")
    }

    /// The graph in the language of Graphviz.
    public var description: String { dot }

    /// A text as Graphviz reads it: ids and names may come from anywhere.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for character in text.unicodeScalars {
            switch character {
            case "\\", "\"": quoted += "\\\(character)"
            case "\n": quoted += "\\n"
            case _ where character.value < 0x20: quoted += " "
            default: quoted.unicodeScalars.append(character)
            }
        }
        return quoted + "\""
    }
}
