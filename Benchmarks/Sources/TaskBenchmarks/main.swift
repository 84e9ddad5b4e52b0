import MartletTasks

// `TaskBenchmarks` measures. `TaskBenchmarks worker …` is the process it measures; under a profiler it is given what
// `TaskBenchmarks fill <database> <count> noop|echo` has made.

let arguments = CommandLine.arguments
switch arguments.dropFirst().first {
case "worker": try await BenchmarkWorker(arguments).run()
case "fill":
    try await MartletPeer.fill(
        TaskClient.bench(arguments[2]), Int(arguments[3]) ?? 0, storingResults: arguments[4] == "echo")
default:
    var benchmark = TaskBenchmark(settings: Settings())
    try await benchmark.run()
}
