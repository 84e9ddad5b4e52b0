import StudioKit
import Testing

@Suite struct TableTests {
    @Test func `aligns columns in a box`() {
        var table = Table([.left("Client"), .right("Total")])
        table.add("Müller", "1 234.50")
        table.add("株式会社", "9.00")
        table.addRule()
        table.add("Sum", "1 243.50")
        #expect(
            table.text() == """
                ┌──────────┬──────────┐
                │ Client   │    Total │
                ├──────────┼──────────┤
                │ Müller   │ 1 234.50 │
                │ 株式会社 │     9.00 │
                ├──────────┼──────────┤
                │ Sum      │ 1 243.50 │
                └──────────┴──────────┘
                """
        )
    }

    @Test func `writes plain text without trailing spaces`() {
        var table = Table([.left("A"), .left("B")])
        table.add("long", "x")
        table.add("y")
        #expect(table.text(style: .plain) == "A     B\n----  -\nlong  x\ny")
    }

    @Test func `loses no cell and breaks no line`() {
        var table = Table([.left("A"), .left("B")])
        table.add("a\nb", "c", "d\u{1B}[0m")
        #expect(table.text(style: .plain).hasSuffix("a b  c d [0m"))
        #expect(Table([]).text() == "")
    }
}
