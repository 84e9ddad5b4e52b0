import ArgumentParser
import Foundation

/// The folder of the demo's data, new for each story.
enum DemoFolder {
    private static let mark = ".martlet-demo"

    /// Empties the folder, and makes it where there is none; returns its absolute path.
    ///
    /// Only a folder that an earlier demo made is emptied; anything else in the way is an error.
    static func emptied(_ path: String) throws -> String {
        let folder = URL(filePath: path).standardizedFileURL
        let files = FileManager.default
        let marked = files.fileExists(atPath: folder.appending(path: mark).path)
        let content = try? files.contentsOfDirectory(atPath: folder.path)
        if let content, !content.isEmpty, !marked {
            throw ValidationError("The folder \(folder.path) holds something else. Name an empty one with --data.")
        }
        if marked { try files.removeItem(at: folder) }
        try files.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data().write(to: folder.appending(path: mark))
        return folder.path
    }
}
