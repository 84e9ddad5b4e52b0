import Foundation

/// How many cores the process may use.
///
/// A container sees all cores of its machine, and is throttled when it uses more than its quota; so the quota of its
/// control group counts: `cpu.max` of version 2, `cpu.cfs_quota_us` of version 1.
enum AvailableCores {
    /// The cores of the process's affinity, or fewer by the quota; at least 1.
    static var count: Int { count(active: ProcessInfo.processInfo.activeProcessorCount, root: "/") }

    static func count(active: Int, root: String) -> Int {
        guard let quota = quota(root: root) else { return max(1, active) }
        return max(1, min(active, Int(quota.rounded(.up))))
    }

    /// The smallest quota of the process's group and the groups around it, in cores.
    static func quota(root: String) -> Double? {
        var quotas: [Double] = []
        for line in text(root + "proc/self/cgroup").split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            if fields[1].isEmpty {
                for group in groups(of: fields[2]) {
                    let words = text("\(root)sys/fs/cgroup\(group)/cpu.max").split(whereSeparator: \.isWhitespace)
                    if words.count == 2 { quotas += cores(words[0], words[1]) }
                }
            } else if fields[1].split(separator: ",").contains("cpu") {
                for group in groups(of: fields[2]) {
                    let folder = "\(root)sys/fs/cgroup/cpu\(group)/"
                    quotas += cores(text(folder + "cpu.cfs_quota_us"), text(folder + "cpu.cfs_period_us"))
                }
            }
        }
        return quotas.min()
    }

    /// The group, its parent, and so on up to the root: in a container only the root may be there.
    private static func groups(of path: Substring) -> [String] {
        var names = path.split(separator: "/")
        var groups: [String] = []
        while !names.isEmpty {
            groups.append("/" + names.joined(separator: "/"))
            names.removeLast()
        }
        return groups + [""]
    }

    private static func cores(_ quota: some StringProtocol, _ period: some StringProtocol) -> [Double] {
        let numbers = [String(quota), String(period)].compactMap { Double($0.filter { !$0.isWhitespace }) }
        guard numbers.count == 2, numbers[0] > 0, numbers[1] > 0 else { return [] }
        return [numbers[0] / numbers[1]]
    }

    private static func text(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }
}
