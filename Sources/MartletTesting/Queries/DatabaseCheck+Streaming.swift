import MartletORM

extension DatabaseCheck {
    static let streaming = DatabaseCheck { scene in
        try await Note.objects.bulkCreate((0..<25).map { Note(text: "\($0)", likes: $0) }, on: scene.database)
        let statement = Statement("SELECT likes FROM note WHERE likes < ? ORDER BY likes", [.integer(20)])
        for kind in [SessionKind.read, .snapshot, .transaction] {
            for chunk in [1, 7, 10, 20, 100] {
                let sizes = try await scene.database.withSession(kind) { session in
                    var sizes: [Int] = []
                    var read: [Int] = []
                    try await session.stream(statement, chunk: chunk, decode: { try $0.next(as: Int.self) }) { rows in
                        sizes.append(rows.count)
                        read += rows
                        let other = try await session.run(statement) { try $0.next(as: Int.self) }
                        try require(other.rows.count == 20, "other statements run beside a stream")
                    }
                    try require(read == Array(0..<20), "a stream has every row once, in order, but had \(read)")
                    return sizes
                }
                try require(
                    sizes.dropLast().allSatisfy { $0 == chunk } && sizes.allSatisfy { (1...chunk).contains($0) },
                    "a stream comes in chunks of \(chunk), but their sizes were \(sizes)")
            }
        }
    }

    static let streamsThatEnd = DatabaseCheck { scene in
        try await Note.objects.bulkCreate((0..<25).map { Note(text: "\($0)") }, on: scene.database)
        let statement = Statement("SELECT id FROM note")
        for kind in [SessionKind.read, .transaction] {
            do {
                try await scene.database.withSession(kind) { session in
                    try await session.stream(statement, chunk: 5, decode: { try $0.next(as: Int.self) }) { _ in
                        throw Refused()
                    }
                }
                throw ConformanceFailure("an error leaves a stream")
            } catch is Refused {}
        }
        for try await note in Note.objects.stream(chunk: 5, on: scene.database) where note.id > 0 { break }
        try await holdingAll(scene) { _ in }
        try require(try await Note.objects.delete(on: scene.database) == 25, "a stream that was left holds nothing")
    }
}
