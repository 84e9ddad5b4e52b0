import Foundation
import MartletTasks

/// What is revoked, the last one of each target.
struct MemoryRevocations {
    private struct Entry {
        let version: Int
        let revocation: Revocation
    }

    private var tasks: [String: Entry] = [:]
    private var stamps: [Entry] = []
    private var version = 0

    mutating func add(_ revocations: [Revocation]) {
        for revocation in revocations {
            version += 1
            let entry = Entry(version: version, revocation: revocation)
            switch revocation.target {
            case .task(let id): tasks[id] = entry
            case .stamp:
                stamps.removeAll { $0.revocation.target == revocation.target }
                stamps.append(entry)
            }
        }
    }

    /// What revokes a task; of several the last.
    func revocation(of id: String, stamps: [String: JSONValue], at now: Date) -> Revocation? {
        var found = tasks[id].map { [$0] } ?? []
        if !stamps.isEmpty { found += self.stamps.filter { $0.revocation.matches(id: id, stamps: stamps) } }
        return found.filter { $0.revocation.expires > now }.max { $0.version < $1.version }?.revocation
    }

    func after(_ version: Int, at now: Date) -> (version: Int, revocations: [Revocation])? {
        guard version < self.version else { return nil }
        let found = (Array(tasks.values) + stamps)
            .filter { $0.version > version && $0.revocation.expires > now }
            .sorted { $0.version < $1.version }
        return found.last.map { ($0.version, found.map(\.revocation)) }
    }

    mutating func cleanUp(at now: Date) {
        tasks = tasks.filter { $0.value.revocation.expires > now }
        stamps.removeAll { $0.revocation.expires <= now }
    }
}
