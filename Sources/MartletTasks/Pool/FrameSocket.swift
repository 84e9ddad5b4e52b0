import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// One end of the socket between a worker and a process of its pool.
///
/// Reading and writing block, so each end has a thread and a queue of its own for them.
struct FrameSocket: Sendable {
    let descriptor: Int32

    /// Two connected ends, which no other program inherits.
    static func pair() throws(TaskError) -> (FrameSocket, FrameSocket) {
        var ends: [Int32] = [-1, -1]
        #if canImport(Darwin)
        let result = socketpair(AF_UNIX, SOCK_STREAM, 0, &ends)
        #elseif canImport(Musl)
        let result = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, &ends)
        #else
        let result = socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends)
        #endif
        guard result == 0 else { throw .system("a socket for a process of the pool could not be made") }
        #if canImport(Darwin)
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            var on: Int32 = 1
            _ = setsockopt(end, SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<Int32>.size))
        }
        #endif
        return (FrameSocket(descriptor: ends[0]), FrameSocket(descriptor: ends[1]))
    }

    /// Whether the descriptor is an open socket.
    var isOpen: Bool {
        var type: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0
    }

    /// Hands on frame after frame until the other end is closed.
    ///
    /// - Throws: ``TaskError`` when a frame cannot be read, or what `body` throws.
    func read(_ body: (JSONValue) throws -> Void) throws {
        var buffer = FrameBuffer()
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            buffer.append(chunk[..<count])
            while let frame = try buffer.next() { try body(frame) }
        }
    }

    /// Writes all bytes; returns `false` when an end of the socket is closed.
    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
        #if canImport(Darwin)
        let flags: Int32 = 0
        #else
        let flags = Int32(MSG_NOSIGNAL)
        #endif
        return bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = send(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count, flags)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }

    /// Tells the other end that nothing more comes.
    func endWriting() { _ = shutdown(descriptor, Int32(SHUT_WR)) }

    /// Lets a blocked read return, after what has arrived is read.
    func endBoth() { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }

    func close() {
        #if canImport(Glibc)
        _ = Glibc.close(descriptor)
        #elseif canImport(Musl)
        _ = Musl.close(descriptor)
        #else
        _ = Darwin.close(descriptor)
        #endif
    }
}

extension TaskError {
    /// What the system says about the call that has just failed.
    static func system(_ what: String, _ number: Int32 = errno) -> TaskError {
        TaskError(.childFailed, "\(what): \(String(cString: strerror(number)))")
    }
}
