import Foundation
import MartletSigning

/// The keys, certificates and bodies in the folder `Fixtures`, which `make.sh` there has made with openssl and Celery.
enum Fixtures {
    /// A moment at which the certificates are valid: the first of 2026, at which a `TaskBench` begins.
    static let moment = Date(timeIntervalSince1970: 1_767_225_600)
    /// The first of 2020, from which they are valid.
    static let beginning = Date(timeIntervalSince1970: 1_577_836_800)
    /// The first of 2120, until which they are valid.
    static let end = Date(timeIntervalSince1970: 4_733_510_400)

    static func path(_ name: String) -> String {
        Bundle.module.bundleURL.appending(path: "Fixtures/\(name)").path
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: path(name))))
    }

    static func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

    static func key(_ name: String) throws -> SigningKey { try SigningKey(path: path("\(name).key")) }

    static func certificate(_ name: String) throws -> Certificate { try Certificate(path: path("\(name).crt")) }

    static func store(_ names: String...) throws -> CertificateStore {
        try CertificateStore(names.map(certificate))
    }
}
