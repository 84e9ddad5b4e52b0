/// Decides what happens to the processes of `up`; performs nothing.
///
/// ```
/// waiting → starting → ready → resting → starting …        (it ended: again, after a pause)
///              ↓          ↓        ↓
///           stopping → ended                                (stop, or one that cannot start at all)
/// ```
///
/// Roles start one after the other (services, gateway, workers), each when all before it are ready; they stop in the
/// reverse order, each when all after it have ended.
struct Supervisor: Sendable {
    /// What happened.
    enum Event: Sendable, Hashable {
        case begin
        case started(String, pid: Int32)
        case notStarted(String, reason: String)
        case ready(String)
        /// It runs, but did not become ready in time; the reason is what `/readyz` said.
        case neverReady(String, reason: String)
        case exited(String, ExitStatus, uptime: Duration)
        case restOver(String)
        case stop
        case stopOverdue(ProcessPlan.Role)
    }

    /// What is to be done.
    enum Action: Sendable, Hashable {
        case start(String)
        case awaitReady(String)
        case rest(String, Duration)
        case terminate(String)
        case kill(String)
        case awaitStop(ProcessPlan.Role)
        case say(String)
        case save
        case finish(Int32)
    }

    /// Where a process stands.
    enum State: Sendable, Hashable {
        case waiting, starting, ready, resting, stopping, ended
    }

    /// How a process ended.
    enum ExitStatus: Sendable, Hashable, CustomStringConvertible {
        case code(Int32)
        case signal(Int32)

        var description: String {
            switch self {
            case .code(let code): "exit code \(code)"
            case .signal(let signal): "signal \(signal)"
            }
        }
    }

    /// What is known of one process.
    struct Member: Sendable, Hashable {
        let name: String
        let role: ProcessPlan.Role
        var state = State.waiting
        var pid: Int32?
        var restarts = 0
        /// Ends in a row, since it last ran for long.
        var failures = 0
        var wasReady = false
    }

    private(set) var members: [Member]
    private var isStopping = false
    private var isComplete = false
    private var exitCode: Int32 = 0

    init(_ processes: [(name: String, role: ProcessPlan.Role)]) {
        members = processes.map { Member(name: $0.name, role: $0.role) }
    }

    /// How long it rests before it is started again: 0.25 s, doubled with each failure in a row, 10 s at most.
    static func rest(afterFailures failures: Int) -> Duration {
        min(.seconds(10), .milliseconds(250) * (1 << min(max(failures - 1, 0), 10)))
    }

    /// Takes note of what happened and says what is to be done.
    mutating func handle(_ event: Event) -> [Action] {
        switch event {
        case .begin: return startNextRole()
        case .started(let name, let pid): return started(name, pid)
        case .notStarted(let name, let reason):
            return ended(name, because: "cannot be started: \(reason)", code: 70, isFatal: true)
        case .ready(let name): return ready(name)
        case .neverReady(let name, let reason): return neverReady(name, reason)
        case .exited(let name, let status, let uptime): return exited(name, status, uptime)
        case .restOver(let name): return restOver(name)
        case .stop: return stop(code: 0)
        case .stopOverdue(let role):
            let late = members.filter { $0.role == role && $0.state == .stopping }
            return late.flatMap { [.say("\($0.name) does not stop; killing it"), .kill($0.name)] }
        }
    }
}

// MARK: - Starting

extension Supervisor {
    private mutating func startNextRole() -> [Action] {
        guard let role = members.filter({ $0.state == .waiting }).map(\.role).min() else {
            guard !isComplete else { return [] }
            isComplete = true
            return [.say("all \(members.count) processes are ready")]
        }
        var actions: [Action] = []
        for index in members.indices where members[index].role == role && members[index].state == .waiting {
            members[index].state = .starting
            actions.append(.start(members[index].name))
        }
        return actions
    }

    private mutating func started(_ name: String, _ pid: Int32) -> [Action] {
        change(name) { member in
            member.pid = pid
            return member.state == .stopping ? [.terminate(name), .save] : [.awaitReady(name), .save]
        }
    }

    private mutating func ready(_ name: String) -> [Action] {
        let actions: [Action] = change(name) { member in
            guard member.state == .starting else { return [] }
            let isFirst = !member.wasReady
            member.state = .ready
            member.wasReady = true
            return [.say("\(name) is ready\(isFirst ? "" : " again")"), .save]
        }
        let mayGoOn = !isStopping && members.allSatisfy { $0.state == .ready || $0.state == .waiting }
        return mayGoOn ? actions + startNextRole() : actions
    }

    private mutating func neverReady(_ name: String, _ reason: String) -> [Action] {
        guard let member = members.first(where: { $0.name == name }), member.state == .starting else { return [] }
        if member.wasReady { return [.say("\(name) is not ready: \(reason)"), .awaitReady(name)] }
        return [.say("\(name) did not become ready: \(reason)")] + stop(code: 69)
    }
}

// MARK: - Ending

extension Supervisor {
    private mutating func exited(_ name: String, _ status: ExitStatus, _ uptime: Duration) -> [Action] {
        let code = if case .code(let code) = status, code != 0 { code } else { Int32(70) }
        if uptime >= .seconds(10) {
            _ = change(name) {
                $0.failures = 0
                return []
            }
        }
        return ended(name, because: "ended with \(status)", code: code, isFatal: false)
    }

    /// A process is gone: expected when it was asked to stop, fatal when it has never been ready, else it comes back.
    private mutating func ended(_ name: String, because reason: String, code: Int32, isFatal: Bool) -> [Action] {
        guard let index = members.firstIndex(where: { $0.name == name }) else { return [] }
        members[index].pid = nil
        if members[index].state == .stopping || isStopping {
            members[index].state = .ended
            return [.say("\(name) has stopped"), .save] + stopNextRole()
        }
        if isFatal || !members[index].wasReady {
            members[index].state = .ended
            return [.say("\(name) \(reason) before it was ready; stopping the others"), .save] + stop(code: code)
        }
        members[index].state = .resting
        members[index].failures += 1
        members[index].restarts += 1
        let rest = Self.rest(afterFailures: members[index].failures)
        return [.say("\(name) \(reason); starting it again in \(rest)"), .save, .rest(name, rest)]
    }

    private mutating func restOver(_ name: String) -> [Action] {
        change(name) { member in
            guard member.state == .resting else { return [] }
            member.state = .starting
            return [.start(name)]
        }
    }

    private mutating func stop(code: Int32) -> [Action] {
        guard !isStopping else { return [] }
        isStopping = true
        exitCode = code
        for index in members.indices where [.waiting, .resting].contains(members[index].state) {
            members[index].state = .ended
        }
        return stopNextRole()
    }

    /// Stops the last role that runs, once nothing of it is being stopped already; finishes when nothing runs.
    private mutating func stopNextRole() -> [Action] {
        let running = members.filter { $0.state != .ended }
        guard let role = running.map(\.role).max() else { return [.finish(exitCode)] }
        var actions: [Action] = []
        for index in members.indices where members[index].role == role {
            guard [.starting, .ready].contains(members[index].state) else { continue }
            members[index].state = .stopping
            if members[index].pid != nil { actions.append(.terminate(members[index].name)) }
        }
        return actions.isEmpty ? [] : actions + [.awaitStop(role)]
    }

    private mutating func change(_ name: String, _ body: (inout Member) -> [Action]) -> [Action] {
        guard let index = members.firstIndex(where: { $0.name == name }) else { return [] }
        return body(&members[index])
    }
}
