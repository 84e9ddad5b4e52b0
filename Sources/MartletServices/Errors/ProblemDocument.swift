import Foundation
import MartletTasks

/// A problem document of RFC 9457: the form in which an error crosses the network.
///
/// Members beyond the standard's: `code` names the ``ServiceError/Code``; `value` holds a ``ServiceProblem``'s own
/// value, so that a caller who knows its type can have it back.
struct ProblemDocument: Sendable {
    static let contentType = "application/problem+json"

    var error: ServiceError
    /// The Swift value of a ``ServiceProblem``.
    var value: JSONValue?

    /// Describes any error without telling more than the caller may know.
    ///
    /// - Returns: The document, and whether the error was hidden behind it and should be logged.
    static func describing(_ error: any Error) -> (document: ProblemDocument, isHidden: Bool) {
        switch error {
        case let error as ServiceError where ServiceError.Code.withheld.contains(error.code):
            (ProblemDocument(error: withheld(error)), true)
        case let error as ServiceError:
            (ProblemDocument(error: error), false)
        case let problem as any ServiceProblem:
            (ProblemDocument(problem), false)
        case is CancellationError:
            (ProblemDocument(error: ServiceError(.unavailable, "The request was cancelled before it was done.")), false)
        default:
            (ProblemDocument(error: withheld(ServiceError(.internalError, ""))), true)
        }
    }

    init(error: ServiceError, value: JSONValue? = nil) {
        self.error = error
        self.value = value
    }

    init(_ problem: any ServiceProblem) {
        let type = Swift.type(of: problem)
        error = ServiceError(
            .standing(for: problem.status), problem.detail, status: problem.status, type: type.type,
            title: problem.title)
        value = try? ContractCoding.json(problem)
    }

    private static func withheld(_ error: ServiceError) -> ServiceError {
        let message =
            switch error.code {
            case .unreachable, .invalidResponse: "A service that this one depends on does not answer as it should."
            case .timeout: "A service that this one depends on did not answer in time."
            default: "The service failed. Its log has the reason under this request id."
            }
        return ServiceError(error.code, message, status: error.status)
    }
}

extension ProblemDocument {
    /// The document as JSON.
    var bytes: [UInt8] {
        var object = error.extensions
        object["type"] = .string(error.type)
        object["title"] = .string(error.title)
        object["status"] = .integer(error.status)
        object["detail"] = .string(error.message)
        object["code"] = .string(error.code.name)
        if let instance = error.instance { object["instance"] = .string(instance) }
        if let value { object["value"] = value }
        return ContractCoding.bytes(of: .object(object))
    }

    /// Reads a document; `nil` when the bytes are not a JSON object.
    init?(bytes: [UInt8], status: Int) {
        guard var members = (try? ContractCoding.parse(bytes))?.objectValue else { return nil }
        func take(_ name: String) -> String? {
            guard case .string(let text)? = members[name] else { return nil }
            members[name] = nil
            return text
        }
        let title = take("title")
        let type = take("type") ?? "about:blank"
        let detail = take("detail") ?? title ?? "The service answered with status \(status) and no detail."
        let fallback = ServiceError.Code.standing(for: status)
        let code = take("code").map { ServiceError.Code($0, status: status, title: title ?? $0) } ?? fallback
        let instance = take("instance")
        members["status"] = nil
        value = members.removeValue(forKey: "value")
        error = ServiceError(
            code, detail, status: status, type: type, title: title ?? code.title, instance: instance,
            extensions: members)
    }

    /// The error a caller is given: a problem its contract lists, else a ``ServiceError``.
    func thrown(listed problems: [any ServiceProblem.Type]) -> any Error {
        if let value, let match = problems.first(where: { $0.type == error.type }),
            let problem = try? ContractCoding.value(match, from: value)
        {
            return problem
        }
        guard let value else { return error }
        var described = error
        described.extensions["value"] = value
        return described
    }
}
