import MartletTesting
import Testing

@testable import MartletPostgres

@Suite struct PoolStateMachineTests {
    private struct Link: Identifiable, Equatable {
        let id: Int
    }

    private typealias Machine = PoolStateMachine<Link, String>

    private let now = ContinuousClock.now

    @Test func opensForWhoWaitsUpToTheMaximum() {
        var machine = Machine(maximum: 2)
        #expect(name(machine.lease(1, "a")) == "open")
        #expect(name(machine.lease(2, "b")) == "open")
        #expect(name(machine.lease(3, "c")) == "wait")
        #expect((machine.opening, machine.waiting) == (2, 3))
    }

    @Test func servesWhoHasWaitedLongestFirst() {
        var machine = Machine(maximum: 1)
        for (number, waiter) in [(1, "a"), (2, "b"), (3, "c")] as [(UInt64, String)] {
            _ = machine.lease(number, waiter)
        }
        #expect(name(machine.opened(Link(id: 1), at: now)) == "lend to a")
        #expect(name(machine.giveBack(Link(id: 1), isUsable: true, at: now)) == "lend to b")
        #expect(name(machine.giveBack(Link(id: 1), isUsable: true, at: now)) == "lend to c")
        #expect(name(machine.giveBack(Link(id: 1), isUsable: true, at: now)) == "keep")
        #expect((machine.leased, machine.idleCount) == (0, 1))
    }

    @Test func lendsTheConnectionUsedLast() {
        var machine = opened(2)
        let later = now + .seconds(5)
        _ = machine.giveBack(Link(id: 1), isUsable: true, at: now)
        _ = machine.giveBack(Link(id: 2), isUsable: true, at: later)
        let lent = machine.leaseIdle()
        #expect(lent?.connection == Link(id: 2) && lent?.since == later)
        #expect(machine.leaseIdle()?.connection == Link(id: 1))
        #expect(machine.leaseIdle()?.connection == nil)
    }

    @Test func replacesALostConnectionForWhoWaits() {
        var machine = opened(1)
        #expect(name(machine.giveBack(Link(id: 1), isUsable: false, at: now)) == "close")
        machine = opened(1)
        _ = machine.lease(7, "x")
        #expect(name(machine.giveBack(Link(id: 1), isUsable: false, at: now)) == "replace")
        #expect((machine.leased, machine.opening) == (0, 1))
    }

    @Test func forgetsAnIdleConnectionThatWasLost() {
        var machine = opened(1)
        _ = machine.giveBack(Link(id: 1), isUsable: true, at: now)
        machine.lost(1)
        #expect(machine.leaseIdle()?.connection == nil)
        #expect(name(machine.lease(9, "x")) == "open")
    }

    @Test func tellsOfAFailureOnlyWhoNobodyElseCanServe() {
        var machine = Machine(maximum: 2)
        _ = machine.lease(1, "a")
        #expect(machine.openFailed() == "a")
        machine = opened(1, maximum: 2)
        #expect(name(machine.lease(7, "x")) == "open")
        #expect(machine.openFailed() == nil)
        #expect(name(machine.giveBack(Link(id: 1), isUsable: true, at: now)) == "lend to x")
    }

    @Test func dropsWhoIsCancelledWaitingOrNot() {
        var machine = Machine(maximum: 1)
        _ = machine.lease(1, "a")
        _ = machine.lease(2, "b")
        #expect(machine.cancel(2) == "b")
        #expect(machine.cancel(3) == nil)
        #expect(name(machine.lease(3, "c")) == "cancelled")
        #expect(machine.cancel(1) == "a")
        #expect(name(machine.opened(Link(id: 1), at: now)) == "keep")
        #expect(machine.cancel(4) == nil)
        machine.forget(4)
        #expect(name(machine.lease(4, "d")) == "lend 1")
    }

    @Test func closesWhatIsIdleNowAndTheRestLater() {
        var machine = opened(2)
        _ = machine.giveBack(Link(id: 1), isUsable: true, at: now)
        let closing = machine.close()
        #expect(closing.connections == [Link(id: 1)] && closing.waiters.isEmpty)
        #expect(name(machine.lease(9, "x")) == "closed")
        #expect(name(machine.giveBack(Link(id: 2), isUsable: true, at: now)) == "close")
        var waiting = Machine(maximum: 1)
        _ = waiting.lease(1, "a")
        #expect(waiting.close().waiters == ["a"])
        #expect(name(waiting.opened(Link(id: 1), at: now)) == "close")
    }

    @Test(arguments: UInt64(0)..<20) func keepsCountInWhateverOrder(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var machine = Machine(maximum: 3)
        var lent: [Link] = []
        var number: UInt64 = 0
        var links = 0
        for _ in 0..<500 {
            switch Int.random(in: 0..<6, using: &random) {
            case 0, 1:
                number += 1
                if case .lend(let link, _) = machine.lease(number, "w") { lent.append(link) }
            case 2 where machine.opening > 0:
                links += 1
                if case .lend = machine.opened(Link(id: links), at: now) { lent.append(Link(id: links)) }
            case 3 where machine.opening > 0: _ = machine.openFailed()
            case 4 where !lent.isEmpty:
                let link = lent.removeFirst()
                if case .lend = machine.giveBack(link, isUsable: Bool.random(using: &random), at: now) {
                    lent.append(link)
                }
            case 5: _ = machine.cancel(number)
            default: break
            }
            #expect(machine.leased == lent.count)
            #expect(machine.leased + machine.idleCount + machine.opening <= 3)
            #expect(machine.idleCount == 0 || machine.waiting == 0)
        }
    }

    /// A machine with so many connections, all on loan.
    private func opened(_ count: Int, maximum: Int? = nil) -> Machine {
        var machine = Machine(maximum: maximum ?? count)
        for number in 1...count {
            _ = machine.lease(UInt64(number), "w\(number)")
            _ = machine.opened(Link(id: number), at: now)
        }
        return machine
    }

    private func name(_ lease: Machine.Lease) -> String {
        switch lease {
        case .lend(let link, _): "lend \(link.id)"
        case .open: "open"
        case .wait: "wait"
        case .cancelled: "cancelled"
        case .closed: "closed"
        }
    }

    private func name(_ placement: Machine.Placement) -> String {
        switch placement {
        case .lend(let waiter): "lend to \(waiter)"
        case .keep: "keep"
        case .close: "close"
        case .replace: "replace"
        }
    }
}
