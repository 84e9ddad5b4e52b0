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
