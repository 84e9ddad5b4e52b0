import MartletTasks
import MartletTesting
import Testing

@Tasks("tree")
struct TreeTasks {
    @Task func grow(_ count: Int, context: TaskContext) async throws -> Int {
        try await context.client.enqueue(group((0..<count).map { TreeTasks.branch($0) }))
        return count
    }

    @Task func branch(_ number: Int, context: TaskContext) async throws {
        try await context.client.enqueue(TreeTasks.square(number))
    }

    @Task func square(_ number: Int) throws -> Int {
        guard number < 10 else { throw Broken() }
        return number * number
    }
}

/// What came of a task: parents, descendants, leaves and the graph of them.
@Suite(.timeLimit(.minutes(1))) struct ResultGraphTests {
    private let bench = TaskBench(TreeTasks())
    private var client: TaskClient { bench.client }

    private func store(_ id: String, children: [String], _ state: TaskState = .success) async throws {
        var result = TaskResult(taskID: id, state: state, value: .string(id))
        result.children = children
        try await client.results.store([result])
    }

    @Test func leavesOfATreeAreCollected() async throws {
        let result = try await client.enqueue(TreeTasks.grow(4))
        try await bench.runUntilIdle()
        var (values, depths): ([Int], [Int]) = ([], [])
        for try await node in result.collect() {
            depths.append(node.depth)
            if node.children.isEmpty { values.append(try node.value()) }
        }
        #expect(values == [0, 1, 4, 9])
        #expect(depths == [0, 1, 1, 1, 1, 2, 2, 2, 2])
        #expect(try await result.leaf(as: Int.self) == 9)
    }

    @Test func graphHasNodesAndEdges() async throws {
        let result = try await client.enqueue(TreeTasks.grow(2))
        let before = try await result.graph()
        #expect(before.nodes.map(\.state) == [.pending] && before.edges.isEmpty)
        try await bench.runUntilIdle()
        let graph = try await result.graph()
        #expect(graph.isComplete && graph.nodes.count == 5 && graph.edges.count == 4)
        #expect(graph.edges.prefix(2).allSatisfy { $0.from == result.id })
        #expect(graph.leaves.compactMap { $0.stored?.value } == [0, 1])
        #expect(
            graph.nodes.dropFirst().allSatisfy { node in
                graph.edges.contains { $0.from == node.parentID && $0.to == node.id }
            })
        let short = try await result.graph(limit: 2)
        #expect(!short.isComplete && short.nodes.count == 2 && short.edges.count == 1)
    }

    @Test func parentIsTheTaskBefore() async throws {
        let first = try await client.enqueue(TreeTasks.square(2))
        let last = try await client.enqueue(TreeTasks.square(2) | TreeTasks.square() | TreeTasks.grow())
        try await bench.runUntilIdle()
        #expect(try await first.parent() == nil)
        let middle = try #require(try await last.parent())
        #expect(try await middle.value() == 16)
        let root = try #require(try await middle.parent())
        #expect(try await root.value() == 4)
        #expect(try await root.parent() == nil)
        var ids: [String] = []
        for try await node in root.descendants() { ids.append(node.id) }
        #expect(Array(ids.prefix(3)) == [root.id, middle.id, last.id])
        #expect(ids.count == 3 + 2 * 16)
    }

    @Test func failureIsTheNodesAlone() async throws {
        let result = try await client.enqueue(group([TreeTasks.square(10), TreeTasks.square(3)]))
        try await bench.runUntilIdle()
        var nodes: [ResultNode] = []
        for try await node in result.collect() { nodes.append(node) }
        #expect { try nodes[0].value(as: Int.self) } throws: { ($0 as? TaskError)?.failure?.type == "Broken" }
        #expect(try nodes[1].value(as: Int.self) == 9)
        await #expect { try await result.leaf(as: Int.self) } throws: { ($0 as? TaskError)?.code == .taskFailed }
    }

    /// What is stored may come from anywhere.
    @Test func circleIsGoneRoundOnce() async throws {
        try await store("a", children: ["b", "b", "c"])
        try await store("b", children: ["a", "b"])
        try await store("c", children: ["b"])
        let result = client.result(of: "a", as: String.self)
        var ids: [String] = []
        for try await node in result.collect() { ids.append(node.id) }
        #expect(ids == ["a", "b", "c"])
        #expect(try await result.graph().edges.count == 6)
        #expect(try await result.leaf(as: String.self) == "c")
    }

    @Test func dotIsSafeWhateverTheNames() async throws {
        try await store("a\"\n\\", children: ["b"])
        let graph = try await client.result(of: "a\"\n\\", as: String.self).graph()
        #expect(
            graph.dot == #"""
                digraph {
                    "a\"\n\\" [label="a\"\n\\\nSUCCESS"];
                    "b" [label="b\nPENDING"];
                    "a\"\n\\" -> "b";
                }
                """#)
        #expect("\(graph)" == graph.dot)
    }

    @Test func membersOfAGroupOfPythonAreChildren() throws {
        let result = try TaskResult(
            json: [
                "task_id": "a", "status": "SUCCESS", "result": nil,
                "children": [[["one", nil], nil], [["g", nil], [[["x", nil], nil], [["y", nil], nil]]], 7],
            ])
        #expect(result.children == ["one", "x", "y"])
    }

    @Test func waitingHasAnEnd() async throws {
        try await store("a", children: ["never"])
        let result = client.result(of: "a", as: String.self)
        let leaf = Task { try await result.leaf(as: String.self, timeout: .seconds(5)) }
        await bench.clock.waitForSleepers()
        bench.clock.advance(by: .seconds(6))
        await #expect { try await leaf.value } throws: { ($0 as? TaskError)?.code == .timedOut }
    }

    @Test func waitingInATaskIsAnError() async throws {
        var registry = TaskRegistry()
        registry.register("waits") { (context: TaskContext) -> Int in
            let result = try await context.client.enqueue(TreeTasks.square(2))
            return try await result.leaf(as: Int.self)
        }
        let bench = TaskBench(registry)
        let result = try await bench.client.enqueue(Signature<Int>(task: "waits"))
        try await bench.runUntilIdle()
        #expect(try await result.stored().first?.failure?.text.contains("keep its place in the worker") == true)
    }
}
