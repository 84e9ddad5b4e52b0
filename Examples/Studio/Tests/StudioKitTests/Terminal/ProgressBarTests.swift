import StudioKit
import Testing

@Suite struct ProgressBarTests {
    @Test func `draws label, bar, percentage, count and rate`() {
        let bar = ProgressBar("import", total: 5_000, width: 10)
        #expect(bar.line(completed: 0) == "import  ░░░░░░░░░░    0 %  0/5 000")
        #expect(bar.line(completed: 1_200, elapsed: .seconds(2)) == "import  ██▍░░░░░░░   24 %  1 200/5 000  600/s")
        #expect(bar.line(completed: 5_000, elapsed: .seconds(4)) == "import  ██████████  100 %  5 000/5 000  1 250/s")
    }

    @Test func `draws in ASCII and as a plain line`() {
        #expect(ProgressBar("x", total: 4, width: 4, style: .ascii).line(completed: 1) == "x  #...   25 %  1/4")
        let plain = ProgressBar("x", total: 4, style: .plain)
        #expect(plain.line(completed: 1, elapsed: .seconds(4)) == "x   25 %  1/4  0.3/s")
    }

    @Test func `is never wider than it should and full only when done`() {
        let bar = ProgressBar("x", total: 1_000, width: 20)
        for done in 0...1_000 {
            let drawn = bar.line(completed: done).split(separator: " ")[1]
            #expect(drawn.count == 20)
            #expect((drawn == String(repeating: "█", count: 20)) == (done == 1_000))
        }
    }

    @Test(arguments: [(5, -3), (5, 9), (0, 0), (-1, 4), (.max, .max), (.max, 1)])
    func `holds out of range numbers within the bar`(total: Int, completed: Int) {
        let line = ProgressBar("x\ny", total: total, width: -1).line(completed: completed, elapsed: .zero)
        #expect(line.hasPrefix("x y  "))
        #expect(line.contains("%"))
    }
}
