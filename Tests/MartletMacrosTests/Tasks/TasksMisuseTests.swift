import Testing

@testable import MartletMacros

/// Wrong uses: the source, what is said, and the source after the fix-it where there is one.
struct TasksMistake: Sendable, CustomTestStringConvertible {
    let source: String
    let message: String
    var mended: String?
    var testDescription: String { message }
}

@Suite struct TasksMisuseTests {
    @Test(arguments: [
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
    ])
    func isTold(_ mistake: TasksMistake) {
        let expansion = TasksExpansion(mistake.source)
        #expect(expansion.messages.contains { $0.contains(mistake.message) }, "\(expansion.messages)")
        #expect(expansion.mended == mistake.mended)
    }
}
