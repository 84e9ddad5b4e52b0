import Testing

@testable import MartletTasks

@Suite struct ProcessRosterTests {
    private final class Fake: Sendable {}
    private typealias Roster = ProcessRoster<Fake>

    private func delay(_ roster: inout Roster) -> Duration? {
        if case .start(let delay) = roster.choose() { delay } else { nil }
    }

    @Test func processUsedLastIsUsedFirst() {
        var roster = Roster()
        #expect(delay(&roster) == .zero)
        let (first, second) = (Fake(), Fake())
        for process in [first, second] {
            roster.add(process)
            _ = roster.giveBack(process)
        }
        guard case .use(let used) = roster.choose() else { return #expect(Bool(false)) }
        #expect(used === second)
        roster.remove(first)
        #expect(delay(&roster) == .zero, "one that has ended is not used")
        roster.remove(second)
        let isKept = roster.giveBack(second)
        #expect(isKept, "it need not be asked to end")
        #expect(roster.free.isEmpty && roster.all.isEmpty)
    }

    @Test func startsThatFailWaitLongerAndEndThePool() {
        var roster = Roster()
        var delays: [Duration] = []
        for _ in 1..<Roster.maxStartFailures {
            roster.startFailed("exitcode 64")
            delays.append(delay(&roster) ?? .zero)
        }
        #expect(delays == delays.sorted() && delays[0] > .zero)
        roster.startFailed("exitcode 64")
        guard case .fail(let error) = roster.choose() else { return #expect(Bool(false)) }
        #expect(error.code == .childFailed && error.message.contains("exitcode 64"))
    }

    @Test func oneThatGetsReadyForgivesTheOthers() {
        var roster = Roster()
        for _ in 0..<100 {
            roster.startFailed("signal 9 (SIGKILL)")
            roster.becameReady()
        }
        #expect(delay(&roster) == .zero)
    }

    @Test func closedRosterStartsNothing() {
        var roster = Roster()
        let process = Fake()
        roster.add(process)
        #expect(roster.close().count == 1)
        for _ in 0..<9 { roster.startFailed("exitcode 0") }
        _ = roster.giveBack(process)
        guard case .fail = roster.choose() else { return #expect(Bool(false)) }
        #expect(roster.failure == nil, "processes that end at the end are no failure")
    }

    @Test func fewerAreKeptWhenFewerAreNeeded() {
        var roster = Roster()
        let processes = (0..<4).map { _ in Fake() }
        for process in processes { roster.add(process) }
        for process in processes.prefix(2) { _ = roster.giveBack(process) }
        let idle = roster.resize(to: 1)
        #expect(idle.count == 2 && idle[0] === processes[0] && idle[1] === processes[1])
        #expect(roster.all.count == 2 && roster.free.isEmpty, "what runs goes on")
        #expect(!roster.hasRoom, "one that dies is not replaced")
        let areKept = processes[2...].map { roster.giveBack($0) }
        #expect(areKept == [false, true], "the first one is to end")
        #expect(roster.free.count == 1)
        let left = roster.close()
        #expect(left.count == 4, "those that are still ending are waited for")
        for process in processes { roster.remove(process) }
        let none = roster.close()
        #expect(none.isEmpty)
    }

    @Test func limitsSayWhenAProcessHasHadItsShare() throws {
        let limits = WorkerPool.ProcessLimits(maxTasks: 3, maxMemory: 1 << 30)
        #expect(!limits.isSpent(jobs: 2, memory: 1 << 30))
        #expect(limits.isSpent(jobs: 3, memory: 0) && limits.isSpent(jobs: 1, memory: 1 << 30 + 1))
        for pool in [
            WorkerPool.processes(0), .processes(1, maxTasksPerChild: 0), .processes(1, maxMemoryPerChild: 12_000),
            .processes(1, startTimeout: .zero), .processes(1, endTimeout: .seconds(-1)),
        ] {
            #expect { try pool.validate() } throws: { ($0 as? TaskError)?.code == .misconfigured }
        }
    }

    @Test(arguments: [(0x0300, "exitcode 3"), (9, "signal 9 (SIGKILL)"), (0x8B, "signal 11 (SIGSEGV)")])
    func endOfAProcessIsToldInBilliardsWords(status: Int32, text: String) {
        #expect(ProcessEnd(status: status).description == text)
    }
}
