import Foundation
import MartletTasks

/// What is revoked, in the order it was.
struct MemoryRevocations {
    var all: [(version: Int, revocation: Revocation)] = []
    private var version = 0

    mutating func add(_ revocations: [Revocation]) {
        for revocation in revocations {
            version += 1
            all.removeAll { $0.revocation.target == revocation.target }
            all.append((version, revocation))
        }
    }

    func revocation(of id: String, stamps: [String: JSONValue], at now: Date) -> Revocation? {
        all.last { $0.revocation.expires > now && $0.revocation.matches(id: id, stamps: stamps) }?.revocation
    }

    func after(_ version: Int, at now: Date) -> (version: Int, revocations: [Revocation])? {
        let found = all.filter { $0.version > version && $0.revocation.expires > now }
        return found.last.map { ($0.version, found.map(\.revocation)) }
    }
}
