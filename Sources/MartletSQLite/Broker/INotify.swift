#if os(Linux)
import Glibc
import MartletTasks
import Synchronization

/// Watches a few files of a directory, whether they are there yet or not, and nothing else in it: what an application
/// writes beside its database wakes nobody.
final class INotify: Sendable {
    let descriptor: Int32
    private let directory: String
    private let names: [String]
    /// The name of the file behind each watch.
    private let watched = Mutex<[Int32: String]>([:])

    /// Begins to watch.
    ///
    /// - Throws: ``TaskError`` with code `brokerFailed`.
    init(directory: String, names: [String]) throws(TaskError) {
        self.directory = directory
        self.names = names
        descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        let made = UInt32(IN_CREATE) | UInt32(IN_MOVED_TO)
        guard descriptor >= 0, inotify_add_watch(descriptor, directory, made) >= 0 else {
            let problem = String(cString: strerror(errno))
            if descriptor >= 0 { close(descriptor) }
            throw TaskError(
                .brokerFailed,
                """
                cannot watch '\(directory)': \(problem); if the limit is reached, raise \
                fs.inotify.max_user_instances or fs.inotify.max_user_watches
                """)
        }
        for name in names { watch(name) }
    }

    deinit { close(descriptor) }

    /// The names of the files that were changed or made since the last call.
    func changes() -> Set<String> {
        var names: Set<String> = []
        let header = MemoryLayout<inotify_event>.size
        withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: MemoryLayout<inotify_event>.alignment) { buffer in
            while case let count = read(descriptor, buffer.baseAddress, buffer.count), count > 0 {
                var offset = 0
                while offset + header <= count {
                    let event = buffer.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
                    let bytes = buffer[(offset + header)..<min(count, offset + header + Int(event.len))]
                    if let name = changed(event, String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)) {
                        names.insert(name)
                    }
                    offset += header + Int(event.len)
                }
            }
        }
        return names
    }

    /// The name of the file an event is about, if it is one of those that are watched.
    private func changed(_ event: inotify_event, _ made: String) -> String? {
        if let name = watched.withLock({ $0[event.wd] }) {
            // The watch is gone with its file; another file of that name is seen when it is made.
            if event.mask & UInt32(IN_IGNORED) != 0 { watched.withLock { $0[event.wd] = nil } }
            return event.mask & UInt32(IN_MODIFY) != 0 ? name : nil
        }
        guard names.contains(made) else { return nil }
        watch(made)
        return made
    }

    private func watch(_ name: String) {
        let watch = inotify_add_watch(descriptor, directory + "/" + name, UInt32(IN_MODIFY))
        if watch >= 0 { watched.withLock { $0[watch] = name } }
    }
}
#endif
