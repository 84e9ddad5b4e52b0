import Foundation
import Synchronization

/// Writes the lines of several processes to one output, each behind the name of its process.
final class MergedLog: Sendable {
    private let width: Int
    private let colours: [String: String]
    private let output = Mutex<Void>(())
    private let write: @Sendable (String) -> Void

    /// Prepares for processes.
    ///
    /// - Parameter isColoured: Whether names are coloured; by default on a terminal, unless `NO_COLOR` is set.
    init(
        _ names: [String],
        isColoured: Bool = isatty(STDOUT_FILENO) == 1
            && ProcessInfo.processInfo.environment["NO_COLOR", default: ""].isEmpty,
        write: @escaping @Sendable (String) -> Void = { FileHandle.standardOutput.write(Data($0.utf8)) }
    ) {
        width = names.map(\.count).max() ?? 0
        let palette = ["36", "33", "35", "32", "34", "96", "93", "95"]
        let pairs = names.enumerated().map { ($1, palette[$0 % palette.count]) }
        colours = isColoured ? Dictionary(pairs, uniquingKeysWith: { $1 }) : [:]
        self.write = write
    }

    /// Writes a line of a process.
    func line(_ text: String, from name: String) {
        let padded = name.padding(toLength: max(width, name.count), withPad: " ", startingAt: 0)
        let prefix = colours[name].map { "\u{1B}[\($0)m\(padded) |\u{1B}[0m" } ?? "\(padded) |"
        output.withLock { _ in write("\(prefix) \(text)\n") }
    }
}
