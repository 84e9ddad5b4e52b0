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

    /// What was lent is left alone for a moment, and then watched again, whether somebody asks for that or not.
    @Test(arguments: [true, false])
    func watchesAgainWhatWasLent(isAskedFor: Bool) async throws {
        var ends: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, SocketLoopTests.stream, 0, &ends) == 0)
        let (reads, signal) = AsyncStream<UInt8>.makeStream()
        let loop = try SocketLoop()
        loop.start()
        let reader = ends[0]
        loop.add(reader) {
            var byte: UInt8 = 0
            if read(reader, &byte, 1) == 1 { signal.yield(byte) }
            return false
        }
        for value in [UInt8(7), 8] {
            let isLent = loop.lend(reader)
            var byte = value
            #expect(write(ends[1], &byte, 1) == 1)
            if isLent {
                #expect(loop.watchToRead(reader))
                #expect(read(reader, &byte, 1) == 1, "Nobody else has read what came while it was lent.")
                loop.rest(reader)
                if isAskedFor { loop.watch(reader) }
                byte += 10
                #expect(write(ends[1], &byte, 1) == 1)
            }
            #expect(await reads.first { _ in true } == (isLent ? value + 10 : value))
        }
        loop.remove(reader)
        loop.stop()
        for end in ends { close(end) }
    }

    private static var stream: Int32 {
        #if canImport(Glibc)
        Int32(SOCK_STREAM.rawValue)
        #else
        Int32(SOCK_STREAM)
        #endif
    }
}
