import Synchronization
import Testing

@testable import MartletApp

@Suite struct MergedLogTests {
    private final class Output: Sendable {
        let text = Mutex("")
        func write(_ part: String) { text.withLock { $0 += part } }
    }

    @Test func `lines stand behind padded names`() {
        let output = Output()
        let log = MergedLog(["billing", "up"], isColoured: false, write: { output.write($0) })
        log.line("hello", from: "up")
        log.line("world", from: "billing")
        #expect(output.text.withLock { $0 } == "up      | hello\nbilling | world\n")
    }

    @Test func `names have colours of their own`() {
        let output = Output()
        let log = MergedLog(["a", "b"], isColoured: true, write: { output.write($0) })
        log.line("x", from: "a")
        log.line("y", from: "b")
        #expect(output.text.withLock { $0 } == "\u{1B}[36ma |\u{1B}[0m x\n\u{1B}[33mb |\u{1B}[0m y\n")
    }
}
