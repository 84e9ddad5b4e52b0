import MartletTasks
import Synchronization

/// A worker of a bench, and what it runs on.
struct BenchWorker: Sendable {
    let worker: Worker
    let lane: BenchExecutor.Lane
    var running: Task<Void, Never>?
}

extension TaskBench {
    /// Which worker of a bench the code runs in, counted from 0; `nil` outside.
    public static var currentWorker: Int? { (WorkerExecutor.current as? BenchExecutor.Lane)?.worker }

    /// The workers that were killed and not started again.
    public var crashedWorkers: [Int] {
        let members = state.withLock(\.members)
        return members.indices.filter { executor.isCut(members[$0].lane) }
    }

    /// Kills a worker where it stands, as `kill -9` does: no line of its code is run any more, and it tells nobody.
    ///
    /// What it held comes again to others when its leases run out. A task may kill the worker it runs in:
    ///
    /// ```swift
    /// try bench.crash(TaskBench.currentWorker ?? 0)
    /// ```
    ///
    /// It ends where it next suspends. What the worker had in memory is kept until the process ends.
    ///
    /// - Parameters:
    ///   - worker: Which one, counted from 0.
    ///   - steps: How many more steps it may go, from one suspension of a Swift task to the next; so it can be killed in
    ///     the midst of things.
    /// - Throws: ``TaskError`` with code `invalidArgument` when there is no such worker.
    public func crash(_ worker: Int = 0, afterSteps steps: Int = 0) throws {
        let member = try member(worker)
        executor.cut(member.lane, afterSteps: steps)
    }

    /// Starts a new worker in the place of one that was killed, as a supervisor does; one that lives goes on.
    ///
    /// - Throws: ``TaskError`` with code `invalidArgument` when there is no such worker.
    public func restart(_ worker: Int = 0) throws {
        guard executor.isCut(try member(worker).lane) else { return }
        let new = BenchWorker(worker: makeWorker(), lane: executor.lane(worker: worker))
        state.withLock { $0.members[worker] = new }
        recorder.note(.restarted, worker: worker)
    }

    private func member(_ index: Int) throws(TaskError) -> BenchWorker {
        let members = state.withLock(\.members)
        guard members.indices.contains(index) else {
            throw TaskError(
                .invalidArgument, "there is no worker \(index) in the bench; it has \(members.count), counted from 0")
        }
        return members[index]
    }

    /// The workers that were not killed.
    var workersAlive: [Worker] {
        state.withLock(\.members).filter { !executor.isCut($0.lane) }.map(\.worker)
    }

    /// Starts the workers that do not run yet.
    func start() {
        state.withLock { state in
            for index in state.members.indices where state.members[index].running == nil {
                let member = state.members[index]
                state.members[index].running = Task(executorPreference: member.lane) { [weak self] in
                    do {
                        try await WorkerExecutor.$current.withValue(member.lane) { try await member.worker.run() }
                    } catch {
                        self?.state.withLock { $0.failure = error }
                    }
                }
            }
        }
    }
}
