/// A file for the compiler.
package struct SourceFile: Sendable {
    /// The file's name, such as `Invoice.swift`.
    package let name: String
    package let text: String

    package init(_ name: String, _ text: String) {
        self.name = name
        self.text = text
    }
}
