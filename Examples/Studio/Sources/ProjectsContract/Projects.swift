public import MartletServices

/// What other services may ask of *projects*: who the clients are and what time was worked for them.
@Service("projects", errors: [ProjectsProblem.self])
public protocol Projects: Sendable {
    /// Lists the clients, by name.
    @GET("/clients")
    func clients() async throws -> [ClientView]

    /// Lists the projects with their client and parent, by client and name.
    @GET("/projects")
    func projects(client: Int?) async throws -> [ProjectView]

    /// Lists billable time of the days `from` through `through`, by id: `limit` (500, at most 1 000) after the id `after`.
    @GET("/entries/billable")
    func billableEntries(from: String, through: String, after: Int?, limit: Int?) async throws -> [EntryView]

    /// Gives the entries of the ids: one call for a page of them.
    @GET("/entries")
    func entries(ids: [Int]) async throws -> [EntryView]

    /// Takes a Toggl Track detailed report and starts its import.
    @POST("/imports", status: 202, bodyLimit: 64 << 20)
    func importReport(_ report: ContractFile) async throws -> ImportView

    /// Tells how far an import is.
    @GET("/imports/{id}")
    func importStatus(id: Int) async throws -> ImportView

    /// Lists the rows that an import refused, by line.
    @GET("/imports/{id}/errors")
    func importErrors(id: Int) async throws -> [ImportErrorView]

    /// Imports the rows of one chunk; a second run of it changes nothing.
    @Background(queue: "imports")
    func importChunk(chunk: Int) async throws -> ChunkOutcome
}
