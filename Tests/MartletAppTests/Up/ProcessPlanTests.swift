import Testing

@testable import MartletApp

@Suite struct ProcessPlanTests {
    @Test func `every process knows where every service is`() {
        let plans = ProcessPlan.all(
            services: [("projects", 1), ("time-entries", 2)], gateway: 3, workers: [4, 5],
            workArguments: ["--concurrency", "2"], environment: ["MARTLET_DATA": "/data"])
        #expect(plans.map(\.name) == ["projects", "time-entries", "gateway", "worker", "worker-2"])
        #expect(plans[1].arguments == ["serve", "time-entries", "--port", "2"])
        #expect(plans[2].arguments == ["gateway", "--port", "3"])
        #expect(plans[4].arguments == ["work", "--concurrency", "2", "--port", "5"])
        for plan in plans {
            #expect(
                plan.environment == [
                    "MARTLET_DATA": "/data", "PROJECTS_URL": "http://127.0.0.1:1",
                    "TIME_ENTRIES_URL": "http://127.0.0.1:2",
                ])
        }
    }

    @Test func `without routes there is no gateway`() {
        let plans = ProcessPlan.all(services: [("a", 1)], gateway: nil, workers: [], environment: [:])
        #expect(plans.map(\.role) == [.service])
    }
}
