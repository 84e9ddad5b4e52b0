import Testing

@testable import MartletApp

/// Decisions of `up`, without processes.
@Suite struct SupervisorTests {
    private func supervisor() -> Supervisor {
        Supervisor([("a", .service), ("b", .service), ("gateway", .gateway), ("worker", .worker)])
    }

    /// A supervisor whose processes are all ready.
    private func running() -> Supervisor {
        var supervisor = supervisor()
        _ = supervisor.handle(.begin)
        for (pid, name) in ["a", "b", "gateway", "worker"].enumerated() {
            _ = supervisor.handle(.started(name, pid: Int32(pid + 10)))
            _ = supervisor.handle(.ready(name))
        }
        return supervisor
    }

    @Test func `roles start one after the other, when all before are ready`() {
        var supervisor = supervisor()
        #expect(supervisor.handle(.begin) == [.start("a"), .start("b")])
        #expect(supervisor.handle(.started("a", pid: 1)) == [.awaitReady("a"), .save])
        #expect(supervisor.handle(.started("b", pid: 2)) == [.awaitReady("b"), .save])
        #expect(supervisor.handle(.ready("a")) == [.say("a is ready"), .save])
        #expect(supervisor.handle(.ready("b")) == [.say("b is ready"), .save, .start("gateway")])
        _ = supervisor.handle(.started("gateway", pid: 3))
        #expect(supervisor.handle(.ready("gateway")) == [.say("gateway is ready"), .save, .start("worker")])
        _ = supervisor.handle(.started("worker", pid: 4))
        #expect(
            supervisor.handle(.ready("worker"))
                == [.say("worker is ready"), .save, .say("all 4 processes are ready")])
    }

    @Test func `roles stop in the reverse order, each when those after have ended`() {
        var supervisor = running()
        #expect(supervisor.handle(.stop) == [.terminate("worker"), .awaitStop(.worker)])
        #expect(supervisor.handle(.stop) == [])
        #expect(
            supervisor.handle(.exited("worker", .code(0), uptime: .seconds(1)))
                == [.say("worker has stopped"), .save, .terminate("gateway"), .awaitStop(.gateway)])
        #expect(
            supervisor.handle(.exited("gateway", .code(0), uptime: .seconds(1)))
                == [.say("gateway has stopped"), .save, .terminate("a"), .terminate("b"), .awaitStop(.service)])
        #expect(supervisor.handle(.exited("b", .code(0), uptime: .seconds(1))) == [.say("b has stopped"), .save])
        #expect(
            supervisor.handle(.exited("a", .signal(15), uptime: .seconds(1)))
                == [.say("a has stopped"), .save, .finish(0)])
    }

    @Test func `a process that is killed is started again after a rest`() {
        var supervisor = running()
        #expect(
            supervisor.handle(.exited("worker", .signal(9), uptime: .seconds(60))) == [
                .say("worker ended with signal 9; starting it again in 0.25 seconds"), .save,
                .rest("worker", .milliseconds(250)),
            ])
        #expect(supervisor.members[3].pid == nil)
        #expect(supervisor.handle(.restOver("worker")) == [.start("worker")])
        _ = supervisor.handle(.started("worker", pid: 99))
        #expect(supervisor.handle(.ready("worker")) == [.say("worker is ready again"), .save])
        #expect(supervisor.members[3].restarts == 1)
        #expect(supervisor.members[3].pid == 99)
    }

    @Test func `rests grow while it keeps ending and shrink once it ran for long`() {
        var supervisor = running()
        var rests: [Duration] = []
        for uptime in [1, 1, 1, 60, 1] {
            for case .rest(_, let rest) in supervisor.handle(.exited("a", .code(1), uptime: .seconds(uptime))) {
                rests.append(rest)
            }
            _ = supervisor.handle(.restOver("a"))
        }
        #expect(rests == [.milliseconds(250), .milliseconds(500), .seconds(1), .milliseconds(250), .milliseconds(500)])
        #expect(Supervisor.rest(afterFailures: 1000) == .seconds(10))
    }

    @Test func `one that ends before it was ever ready stops all, with its exit code`() {
        var supervisor = supervisor()
        _ = supervisor.handle(.begin)
        _ = supervisor.handle(.started("a", pid: 1))
        _ = supervisor.handle(.started("b", pid: 2))
        #expect(
            supervisor.handle(.exited("a", .code(78), uptime: .zero)) == [
                .say("a ended with exit code 78 before it was ready; stopping the others"), .save, .terminate("b"),
                .awaitStop(.service),
            ])
        #expect(
            supervisor.handle(.exited("b", .signal(15), uptime: .zero))
                == [.say("b has stopped"), .save, .finish(78)])
    }

    @Test func `one that cannot be started stops all`() {
        var supervisor = Supervisor([("a", .service)])
        _ = supervisor.handle(.begin)
        #expect(
            supervisor.handle(.notStarted("a", reason: "no such file")) == [
                .say("a cannot be started: no such file before it was ready; stopping the others"), .save, .finish(70),
            ])
    }

    @Test func `one that never becomes ready stops all, one that was ready gets more time`() {
        var first = Supervisor([("a", .service)])
        _ = first.handle(.begin)
        _ = first.handle(.started("a", pid: 1))
        #expect(
            first.handle(.neverReady("a", reason: "disk full"))
                == [.say("a did not become ready: disk full"), .terminate("a"), .awaitStop(.service)])
        var second = running()
        _ = second.handle(.exited("a", .code(1), uptime: .zero))
        _ = second.handle(.restOver("a"))
        _ = second.handle(.started("a", pid: 5))
        #expect(
            second.handle(.neverReady("a", reason: "disk full"))
                == [.say("a is not ready: disk full"), .awaitReady("a")])
    }

    @Test func `one that does not stop in time is killed`() {
        var supervisor = running()
        _ = supervisor.handle(.stop)
        #expect(
            supervisor.handle(.stopOverdue(.worker)) == [.say("worker does not stop; killing it"), .kill("worker")])
        #expect(supervisor.handle(.stopOverdue(.gateway)) == [])
    }

    @Test func `a stop while one rests, and one starts, leaves none behind`() {
        var supervisor = running()
        _ = supervisor.handle(.exited("worker", .signal(9), uptime: .zero))
        _ = supervisor.handle(.exited("a", .signal(9), uptime: .zero))
        _ = supervisor.handle(.restOver("a"))
        #expect(supervisor.handle(.stop) == [.terminate("gateway"), .awaitStop(.gateway)])
        #expect(supervisor.handle(.restOver("worker")) == [])
        #expect(
            supervisor.handle(.exited("gateway", .code(0), uptime: .zero))
                == [.say("gateway has stopped"), .save, .terminate("b"), .awaitStop(.service)])
        #expect(supervisor.handle(.started("a", pid: 7)) == [.terminate("a"), .save])
        #expect(supervisor.handle(.exited("b", .code(0), uptime: .zero)) == [.say("b has stopped"), .save])
        #expect(
            supervisor.handle(.exited("a", .signal(15), uptime: .zero)) == [.say("a has stopped"), .save, .finish(0)])
    }

    @Test func `a stop before anything runs finishes at once`() {
        var supervisor = supervisor()
        #expect(supervisor.handle(.stop) == [.finish(0)])
    }
}
