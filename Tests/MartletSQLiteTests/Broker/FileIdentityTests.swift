import Foundation
import MartletTesting
import Testing

@testable import MartletSQLite

/// The names of a file of tasks: whoever opens it by another name opens the same store.
@Suite struct FileIdentityTests {
    /// A directory with links, whose own path has none.
    private struct Scene: ~Copyable {
        let database: TemporaryDatabase
        var root: String { FileIdentity.path(of: database.directory.path) }

        static func make() throws -> Scene {
            let scene = Scene(database: try TemporaryDatabase())
            try FileManager.default.createDirectory(atPath: scene.root + "/data", withIntermediateDirectories: true)
            try scene.link("link", to: "data")
            return scene
        }

        func link(_ name: String, to target: String) throws {
            try FileManager.default.createSymbolicLink(atPath: root + "/" + name, withDestinationPath: target)
        }
    }

    @Test(arguments: ["data/t.sqlite", "link/t.sqlite", "./data/../link//t.sqlite", "data/./t.sqlite"])
    func fileHasOneNameBeforeAndAfterItIsMade(name: String) throws {
        let scene = try Scene.make()
        #expect(FileIdentity.path(of: scene.root + "/" + name) == scene.root + "/data/t.sqlite")
        try Data().write(to: URL(fileURLWithPath: scene.root + "/data/t.sqlite"))
        #expect(FileIdentity.path(of: scene.root + "/" + name) == scene.root + "/data/t.sqlite")
    }

    @Test(arguments: ["data/t.sqlite", "link/t.sqlite"])
    func linkToFileThatIsNotThereYetIsFollowed(target: String) throws {
        let scene = try Scene.make()
        try scene.link("relative", to: target)
        try scene.link("absolute", to: scene.root + "/" + target)
        try scene.link("twice", to: "relative")
        for name in ["relative", "absolute", "twice"] {
            #expect(FileIdentity.path(of: scene.root + "/" + name) == scene.root + "/data/t.sqlite")
        }
    }

    @Test func whatCannotBeResolvedStaysAsItIs() throws {
        let scene = try Scene.make()
        try scene.link("circle", to: "circle")
        for name in ["nowhere/t.sqlite", "circle"] {
            let path = scene.root + "/" + name
            #expect(FileIdentity.path(of: path) == path)
        }
        #expect(FileIdentity.path(of: "nowhere/t.sqlite") == "nowhere/t.sqlite")
        #expect(FileIdentity.path(of: "t.sqlite") == FileIdentity.path(of: ".") + "/t.sqlite")
        #expect(FileIdentity.path(of: "/t.sqlite") == "/t.sqlite")
    }

    @Test func brokerAndResultsUnderTwoNamesAreOneStore() throws {
        let scene = try Scene.make()
        try scene.link("queue.sqlite", to: "data/t.sqlite")
        let broker = try SQLiteBroker(path: scene.root + "/queue.sqlite")
        #expect(broker.path == scene.root + "/data/t.sqlite")
        #expect(broker.sharesStore(with: try SQLiteResultBackend(path: scene.root + "/link/t.sqlite")))
    }
}
