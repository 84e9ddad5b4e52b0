import Testing

/// Wrong uses: the source, what is said, and the source after the fix-it where there is one.
struct TasksMistake: Sendable, CustomTestStringConvertible {
    let source: String
    let message: String
    var mended: String?
    var testDescription: String { message }
}

@Suite struct TasksMisuseTests {
    static let mistakes = [
        TasksMistake(
            source: "@Tasks(\"m\") enum T { }", message: "@Tasks belongs on a struct or class"),
        TasksMistake(
            source: "@Tasks(\"\") struct T { @Task func f() {} }", message: "needs a prefix"),
        TasksMistake(source: "@Tasks(\"m\") struct T { func f() {} }", message: "no function here is marked @Task"),
        TasksMistake(
            source: "@Tasks(\"m\") struct T { @Task var f: Int { 1 } }", message: "@Task belongs on a function"),
        TasksMistake(source: "struct T { @Task func f() {} }", message: "the type around it is not marked @Tasks"),
        TasksMistake(
            source: "@Tasks(\"m\") struct T { @Task func f<X>(x: X) {} }", message: "a task cannot be generic"),
        TasksMistake(
            source: "@Tasks(\"m\") struct T { @Task static func f() {} }", message: "a task cannot be static",
            mended: "@Tasks(\"m\") struct T { @Task func f() {} }"),
        TasksMistake(
            source: "@Tasks(\"m\") struct T { @Task func f(x: inout Int) {} }", message: "cannot be inout",
            mended: "@Tasks(\"m\") struct T { @Task func f(x: Int) {} }"),
        TasksMistake(
            source: "@Tasks(\"m\") struct T { @Task func f(x: Int...) {} }", message: "cannot be variadic",
            mended: "@Tasks(\"m\") struct T { @Task func f(x: [Int]) {} }"),
        TasksMistake(
            source: "@Tasks(\"m\") struct T { @Task func f() {}\n@Task func f(x: Int) {} }",
            message: "two tasks are named 'f'"),
        TasksMistake(
            source: "@Tasks(\"m\") struct T { @Task(unique: .untilDone(by: \"clinet\")) func f(client: Int) {} }",
            message: "'clinet' is no argument of this task; it has 'client'"),
        TasksMistake(
            source:
                "@Tasks(\"m\") struct T { @Task(limits: [.concurrency(2, per: \"a\", \"c\")]) func f(a: Int, _ b: Int) {} }",
            message: "'c' is no argument of this task; it has 'a', 'b'"),
        TasksMistake(
            source: "@Tasks(\"m\") struct T { @Task(limits: [.rate(\"9/s\", per: \"x\", name: \"y\")]) func f() {} }",
            message: "'x' is no argument of this task; it has none"),
        TasksMistake(
            source: "@Tasks(\"m\") struct T { @Task(shadow: \"of {clinet}\") func f(client: Int) {} }",
            message: "'clinet' is no argument of this task; it has 'client'"),
        TasksMistake(
            source: "@Tasks(\"m\") struct T { @Task(priority: 10) func f() {} }",
            message: "priority 10 is out of range; use 0 (default) to 9 (first)"),
        TasksMistake(
            source: "@Tasks(\"m\") struct T { @Task(rateLimit: \"10/x\") func f() {} }",
            message: "'10/x' is no rate limit; write a number over 0 and /s, /m or /h"),
        TasksMistake(
            source: "@Tasks(\"m\") struct T { @Task(queue: \"\") func f() {} }",
            message: "the queue has an empty name; leave it out for the default queue"),
    ]

    /// One run of the compiler for all cases.
    static let probe = Task {
        try await MisuseProbe(mistakes.map(\.source), importing: "MartletTasks", using: "")
    }

    @Test(arguments: mistakes)
    func isTold(_ mistake: TasksMistake) async throws {
        let found = try #require(try await Self.probe.value.finding(mistake.source))
        #expect(found.messages.contains { $0.contains(mistake.message) }, "\(found.messages)")
        #expect(found.mended == mistake.mended)
    }
}
