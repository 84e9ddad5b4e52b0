// `TaskBenchmarks` measures; `TaskBenchmarks worker …` is the process it measures.

if CommandLine.arguments.dropFirst().first == "worker" {
    try await BenchmarkWorker(CommandLine.arguments).run()
} else {
    var benchmark = TaskBenchmark(settings: Settings())
    try await benchmark.run()
}
