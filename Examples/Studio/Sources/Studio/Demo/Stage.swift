import Foundation
import StudioKit
import Synchronization

/// Where the demo's story is told: headings, remarks and progress bars on standard output.
final class Stage: Sendable {
    private let isTerminal: Bool
    private let state = Mutex(State())

    private struct State {
        var chapter = 0
        var lastLine = ""
    }

    /// Tells the story on standard output, with moving bars where that is a terminal.
    init() {
        isTerminal = isatty(STDOUT_FILENO) == 1
    }

    /// Begins a chapter.
    func chapter(_ title: String) {
        let number = state.withLock { state in
            state.chapter += 1
            return state.chapter
        }
        write("\n\(number). \(title)\n")
    }

    /// Says a line within a chapter.
    func say(_ text: String) {
        write("   \(text)\n")
    }

    /// Shows how far something is: one moving line in a terminal, a line at each quarter elsewhere.
    func progress(_ bar: ProgressBar, completed: Int, elapsed: Duration) {
        if isTerminal {
            write("\r   \(bar.line(completed: completed, elapsed: elapsed))")
            if completed >= bar.total { write("\n") }
        } else {
            let quarter = bar.total == 0 ? 4 : completed * 4 / bar.total
            let line = "\(bar.label) \(quarter * 25) %"
            let isNew = state.withLock { state in
                defer { state.lastLine = line }
                return state.lastLine != line
            }
            guard isNew else { return }
            write("   \(bar.line(completed: completed, elapsed: elapsed))\n")
        }
    }

    /// Shows a table.
    func table(_ table: Table) {
        write("\n" + table.text(style: .box) + "\n")
    }

    private func write(_ text: String) {
        FileHandle.standardOutput.write(Data(text.utf8))
    }
}
