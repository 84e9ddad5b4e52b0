import BillingContract
import Foundation
import MartletApp
import MartletServices
import MartletTasks
import NotifyContract
import ProjectsContract
import UnixSignals

/// All of Studio as processes: this executable's `up`, and clients of the services behind its gateway.
struct BackOffice: Sendable {
    /// The folder of its data.
    let folder: String
    /// The URL of the gateway.
    let gateway: String
    /// A client of *projects*.
    let projects: any Projects
    /// A client of *billing*.
    let billing: any Billing
    /// A client of *notify*.
    let notify: any Notify

    private let process: UpProcess

    /// Starts everything, runs the body when it is ready, and stops everything after it.
    ///
    /// Ctrl-C stops it too.
    static func running(in folder: String, _ body: @escaping @Sendable (BackOffice) async throws -> Void) async throws {
        let process = try UpProcess(folder: folder)
        let result = await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let file = try await process.ready(within: .seconds(60))
                try await body(try BackOffice(folder: folder, gateway: file.gateway ?? "", process: process))
            }
            group.addTask {
                for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { return }
            }
            let result = await group.nextResult()
            group.cancelAll()
            await process.stop()
            return result
        }
        try result?.get()
    }

    private init(folder: String, gateway: String, process: UpProcess) throws {
        func transport(_ service: String) throws -> HTTPTransport {
            try HTTPTransport(service: service, url: "\(gateway)/\(service)")
        }
        self.folder = folder
        self.gateway = gateway
        self.process = process
        projects = ProjectsContract.client(try transport(ProjectsContract.name))
        billing = BillingContract.client(try transport(BillingContract.name))
        notify = NotifyContract.client(try transport(NotifyContract.name))
    }

    /// Kills the worker with SIGKILL, and returns when another one is ready.
    func killWorker() async throws -> (killed: Int32, next: Int32) {
        try await process.killWorker()
    }

    /// What all workers have done, from the broker that Studio's settings name.
    func statistics() async throws -> WorkerReport {
        let tasks = try await Studio.environment(overriding: ["MARTLET_DATA": folder]).tasks
        return try await (tasks.broker as? any StatisticsBroker)?.statistics() ?? WorkerReport()
    }

    /// What runs where.
    func processes() throws -> [UpFile.Process] {
        try UpFile.read(in: folder)?.processes ?? []
    }

    /// Waits until everything has been stopped from outside: Ctrl-C reaches all processes of the terminal.
    func waitUntilStopped() async {
        await process.waitUntilExit()
    }
}
