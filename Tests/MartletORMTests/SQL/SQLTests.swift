import MartletORM
import Testing

@Suite struct SQLTests {
    @Test func bindsWhatIsInterpolated() {
        let table = "client"
        let inner: SQL = "country = \("DE")"
        let sql: SQL = "SELECT * FROM \(raw: table) WHERE id = \(7) AND \(inner) OR name IS \(SQLValue.null)"
        #expect(sql.text == "SELECT * FROM client WHERE id = ? AND country = ? OR name IS ?")
        #expect(sql.bindings == [.integer(7), .text("DE"), .null])
    }

    @Test func describesValuesForMessages() {
        let values: [SQLValue] = [.null, .integer(-1), .real(1.5), .text("a"), .blob([1, 2])]
        #expect(values.map(\.description) == ["NULL", "-1", "1.5", "\"a\"", "2 bytes"])
    }
}
