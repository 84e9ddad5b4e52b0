import Foundation

/// What the mail about a run says.
struct RunSummary: Sendable, Hashable {
    /// The paths of the printed invoices.
    let documents: [String]
    /// The key the mail is sent under.
    let key: String

    /// The subject.
    var subject: String { documents.count == 1 ? "1 invoice is printed" : "\(documents.count) invoices are printed" }

    /// The text: a line for each document.
    var text: String {
        let names = documents.map { URL(filePath: $0).lastPathComponent }.sorted()
        return "The run \(key) printed these invoices:\n\n" + names.map { "  \($0)\n" }.joined()
    }
}
