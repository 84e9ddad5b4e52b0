import Foundation
import Testing

@testable import MartletPostgres

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

@Suite(
    .enabled("Who waits awake needs a processor beside the server's.") {
        ProcessInfo.processInfo.activeProcessorCount > 1
    })
struct SocketLoopTests {
    @Test func seesAwakeWhatHasArrived() throws {
        var ends: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, SocketLoopTests.stream, 0, &ends) == 0)
        defer { close(ends[0]) }
        let loop = try SocketLoop()
        #expect(!loop.watchToRead(ends[0]))
        var byte: UInt8 = 7
        #expect(write(ends[1], &byte, 1) == 1)
        #expect(loop.watchToRead(ends[0]))
        #expect(read(ends[0], &byte, 1) == 1, "It was only looked at.")
        #expect(!loop.watchToRead(ends[0]))
        // The end of a connection has to be read too.
        close(ends[1])
        #expect(loop.watchToRead(ends[0]))
    }

    private static var stream: Int32 {
        #if canImport(Glibc)
        Int32(SOCK_STREAM.rawValue)
        #else
        Int32(SOCK_STREAM)
        #endif
    }
}
