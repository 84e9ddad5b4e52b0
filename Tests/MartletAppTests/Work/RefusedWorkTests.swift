import Foundation
import MartletORM
import MartletSQLite
import Testing

@testable import MartletApp

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// `work` with files that are there and not to be had: locked, or another user's.
@Suite(.serialized, .timeLimit(.minutes(3))) struct RefusedWorkTests {
    @Test func `a locked task store is said`() async throws {
        try await withTemporaryFolder { folder in
            let store = try SQLiteDatabase.open(path: folder + "/tasks.sqlite")
            try await store.transaction { tx in
                try await tx.execute("CREATE TABLE held (id INTEGER)")
                let work = try TestProcess(["work"], in: folder)
                try await work.line(with: "Another process has locked the file")
                #expect(await work.exitStatus() == .code(75))
            }
        }
    }

    #if os(Linux)
    /// Starts `work` as a user who is not root, and says whether that can be done here.
    private func start(in folder: String) throws -> TestProcess {
        guard getuid() == 0 else { return try TestProcess(["work"], in: folder) }
        let user = ["--reuid=65534", "--regid=65534", "--clear-groups", TestApplication.path, "work"]
        return try TestProcess(user, in: folder, executable: "/usr/bin/setpriv")
    }

    static let mayBeAnother: Bool = getuid() != 0 || FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")

    @Test(.enabled(if: RefusedWorkTests.mayBeAnother, "setpriv is not installed"))
    func `a folder that may not be written is said`() async throws {
        try await withTemporaryFolder { folder in
            chmod(folder, 0o555)
            let work = try start(in: folder)
            try await work.line(with: "The data folder \(folder) may not be written by this user")
            #expect(await work.exitStatus() == .code(77))
            chmod(folder, 0o755)
        }
    }

    @Test(.enabled(if: RefusedWorkTests.mayBeAnother, "setpriv is not installed"))
    func `a folder that may not be made is said`() async throws {
        try await withTemporaryFolder { folder in
            chmod(folder, 0o555)
            let work = try start(in: folder + "/data")
            try await work.line(with: "The data folder \(folder)/data cannot be made")
            #expect(await work.exitStatus() == .code(77))
            chmod(folder, 0o755)
        }
    }

    @Test(.enabled(if: RefusedWorkTests.mayBeAnother, "setpriv is not installed"))
    func `a task store that may not be written is said`() async throws {
        try await withTemporaryFolder { folder in
            _ = try SQLiteBroker(path: folder + "/tasks.sqlite")
            for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
                chmod(folder + "/" + file, 0o444)
            }
            chmod(folder, 0o777)
            let work = try start(in: folder)
            try await work.line(with: "Give this user the right to write the file")
            #expect(await work.exitStatus() == .code(77))
        }
    }
    #endif
}
