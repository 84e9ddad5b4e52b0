import MartletORM
import Testing

@Suite struct StatementFingerprintTests {
    @Test(arguments: [
        ("SELECT * FROM a WHERE id = 7", "SELECT * FROM a WHERE id = ?"),
        ("SELECT * FROM a WHERE id = $1 AND b = $12", "SELECT * FROM a WHERE id = ? AND b = ?"),
        ("SELECT *\n  FROM a -- the rows\n WHERE x='it''s' ", "SELECT * FROM a WHERE x=?"),
        ("SELECT /* 1 ' */ t0.c1, 1.5e3 FROM a AS t0", "SELECT t0.c1, ? FROM a AS t0"),
        (#"SELECT "it's 7" FROM "b 2""#, #"SELECT "it's 7" FROM "b 2""#),
        ("SELECT 'é' AS ü1 FROM a", "SELECT ? AS ü1 FROM a"),
        ("INSERT INTO a VALUES (?, ?), (?, ?), (?, ?)", "INSERT INTO a VALUES (?)"),
        ("SELECT 1 WHERE a IN (1,2,3) OR b IN (?,?)", "SELECT ? WHERE a IN (?) OR b IN (?)"),
        ("SELECT 'never closed", "SELECT ?"), ("SELECT \"open", "SELECT \"open"), ("SELECT 1 /* open", "SELECT ?"),
        ("", ""),
    ])
    func leavesTheShape(_ text: String, _ shape: String) {
        #expect(StatementFingerprint(text).description == shape)
    }

    @Test func listsOfAnyLengthAreOneShape() {
        let lists = (1...5).map { count in
            StatementFingerprint(
                "DELETE FROM a WHERE id IN (\(Array(repeating: "?", count: count).joined(separator: ", ")))")
        }
        #expect(Set(lists).count == 1)
        #expect(StatementFingerprint("DELETE FROM a WHERE id > ?") != lists[0])
    }
}
