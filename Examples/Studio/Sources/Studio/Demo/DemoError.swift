/// Why the demo cannot go on.
struct DemoError: Error, CustomStringConvertible {
    /// What happened, and where to look.
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
