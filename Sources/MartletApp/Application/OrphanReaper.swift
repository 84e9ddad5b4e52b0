#if os(Linux)
import Foundation
import Glibc
import Logging
import ServiceLifecycle

/// Reaps processes that were left to this one, as the first process of a container must: whoever outlives its parent
/// there becomes this process's child, and stays a zombie until it is waited for.
///
/// This process's own children have somebody who waits for them at once. So what has been a zombie for two looks in a row
/// is an orphan.
struct OrphanReaper: Service {
    let logger: Logger
    var interval: Duration = .seconds(1)

    /// Whether this process is one that orphans are left to.
    static var isNeeded: Bool { getpid() == 1 }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var seen: Set<pid_t> = []
            while (try? await Task.sleep(for: interval)) != nil {
                let zombies = Self.zombies()
                for pid in zombies.intersection(seen) where waitpid(pid, nil, WNOHANG) == pid {
                    logger.debug("orphan reaped", metadata: ["pid": "\(pid)"])
                }
                seen = zombies
            }
        }
    }

    /// Children of this process that have ended and were not waited for.
    private static func zombies() -> Set<pid_t> {
        let parent = "\(getpid())"
        let pids = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { pid_t($0) }
        return Set(
            pids.filter { pid in
                guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
                    let name = stat.lastIndex(of: ")")
                else { return false }
                let fields = stat[name...].split(separator: " ")
                return fields.count > 2 && fields[1] == "Z" && fields[2] == parent
            })
    }
}
#endif
