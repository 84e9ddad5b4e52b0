import Foundation

/// Bytes with a content type: what an endpoint takes or gives that is not JSON, a CSV upload or a PDF.
///
/// ```swift
/// @POST("/imports", bodyLimit: 64 << 20) func importTimes(_ body: ContractFile) async throws -> ImportView
/// @GET("/invoices/{id}/pdf") func pdf(id: Int) async throws -> ContractFile
/// ```
public struct ContractFile: Sendable, Hashable {
    /// The media type, such as `text/csv; charset=utf-8`.
    public var contentType: String

    /// The content.
    public var bytes: [UInt8]

    /// The name a browser should save it under, if any.
    public var filename: String?

    /// Makes a file of bytes in memory.
    public init(contentType: String = "application/octet-stream", bytes: [UInt8], filename: String? = nil) {
        self.contentType = contentType
        self.bytes = bytes
        self.filename = filename
    }

    /// The filename as a `Content-Disposition` value, without characters that could end the header's quotes.
    var disposition: String? {
        guard let filename else { return nil }
        let safe = filename.unicodeScalars.map { scalar in
            scalar.isASCII && scalar.value >= 32 && scalar != "\"" && scalar != "\\" && scalar.value != 127
                ? Character(scalar) : "_"
        }
        return "attachment; filename=\"\(String(safe))\""
    }

    /// The filename of a `Content-Disposition` value.
    static func filename(inDisposition value: String) -> String? {
        guard let start = value.range(of: "filename=\"")?.upperBound,
            let end = value[start...].firstIndex(of: "\"")
        else { return nil }
        return String(value[start..<end])
    }
}
